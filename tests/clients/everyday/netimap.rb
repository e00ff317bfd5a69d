# SPDX-License-Identifier: MIT
# An everyday session (README.md) with Ruby's net-imap.
require 'json'
require 'net/imap'

SECONDS = 20

def connect
  policy = ENV['IMAPWRIGHT_POLICY']
  port = ENV[policy == 'tls' ? 'IMAPWRIGHT_TLS_PORT' : 'IMAPWRIGHT_PORT'].to_i
  tls = { ca_file: ENV['IMAPWRIGHT_CA'] }
  imap = Net::IMAP.new(ENV['IMAPWRIGHT_HOST'], port: port, open_timeout: SECONDS,
                       ssl: policy == 'tls' ? tls : false)
  imap.starttls(tls) if policy == 'starttls'
  imap
end

def parts(body)
  return body.parts.sum { |part| parts(part) } if body.multipart?
  1 + (body.is_a?(Net::IMAP::BodyTypeMessage) ? parts(body.body) : 0)
end

def subject(message)
  message.attr['ENVELOPE'].subject
end

imap = connect
imap.login(ENV['IMAPWRIGHT_USER'], ENV['IMAPWRIGHT_PASSWORD'])
said = { boxes: imap.list('', '*').map { |box| Net::IMAP.decode_utf7(box.name) } }
imap.select('INBOX')
said[:found] = imap.search(%w[SUBJECT letter])
all = imap.fetch(1..-1, %w[UID FLAGS ENVELOPE BODYSTRUCTURE INTERNALDATE RFC822.SIZE BODY.PEEK[]])
said[:subjects] = all.map { |message| subject(message) }
said[:sums] = all.map { |message| message.attr['BODY[]'].sum(32) }
said[:parts] = all.map { |message| parts(message.attr['BODYSTRUCTURE']) }
imap.append('Work', "Subject: letter 7\r\n\r\nThis is number 7.\r\n", [:Seen], Time.now)
imap.store(1, '+FLAGS', [:Flagged])
imap.copy(1, 'Work')
imap.move(2, 'Work')
imap.store(2, '+FLAGS', [:Deleted])
imap.expunge
imap.idle(SECONDS) do |response|
  imap.idle_done if response.is_a?(Net::IMAP::UntaggedResponse) && response.name == 'EXISTS'
end
news = imap.fetch(imap.search(['ALL']).last, 'ENVELOPE').first
said[:news] = subject(news)
imap.logout
imap.disconnect
puts JSON.generate(said)
