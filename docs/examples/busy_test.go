// SPDX-License-Identifier: MIT
// go test busy_test.go: a client against a mock server. IMAPWRIGHT names the program, if not in PATH.
package busy

import (
	"encoding/json"
	"fmt"
	"net/textproto"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// serve starts a server and gives its port. When it is not pleased in the end the test fails.
func serve(t *testing.T, scenario string) int {
	program := os.Getenv("IMAPWRIGHT")
	if program == "" {
		program = "imapwright"
	}
	var report strings.Builder
	server := exec.Command(program, "serve", scenario)
	server.Stderr = &report
	out, err := server.StdoutPipe()
	if err == nil {
		err = server.Start()
	}
	var facts struct{ Imap int }
	if err == nil {
		err = json.NewDecoder(out).Decode(&facts)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		server.Process.Signal(os.Interrupt)
		if server.Wait() != nil {
			t.Error(report.String())
		}
	})
	return facts.Imap
}

func TestBusy(t *testing.T) {
	client, err := textproto.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", serve(t, "busy.json")))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	client.ReadLine() // the greeting
	answer := ""
	for _, command := range []string{"LOGIN user secret", "SELECT INBOX"} {
		client.PrintfLine("a %s", command)
		for answer = ""; err == nil && !strings.HasPrefix(answer, "a "); answer, err = client.ReadLine() {
		}
	}
	if answer != "a NO [INUSE] try again later" {
		t.Error(answer, err)
	}
}
