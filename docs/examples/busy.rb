# SPDX-License-Identifier: MIT
# ruby busy.rb: net-imap against a mock server. IMAPWRIGHT names the program, if not in PATH.
require "json"
require "net/imap"

# Gives the block what the server says of itself. When it is not pleased with the client, that is an
# error; it has said why.
def serve(scenario)
  path = File.join(__dir__, scenario)
  IO.popen([ENV.fetch("IMAPWRIGHT", "imapwright"), "serve", path]) do |server|
    yield JSON.parse(server.gets)
  ensure
    Process.kill("TERM", server.pid)
  end
  raise "the server is not pleased" unless $?.success?
end

serve("busy.json") do |server|
  client = Net::IMAP.new("127.0.0.1", port: server["imap"])
  client.login("user", "secret")
  begin
    client.select("INBOX")
    raise "a mailbox in use was opened"
  rescue Net::IMAP::NoResponseError => error
    raise unless error.message.include?("try again later")
  end
  client.logout
  client.disconnect
end
