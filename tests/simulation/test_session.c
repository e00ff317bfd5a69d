/* SPDX-License-Identifier: MIT */
/* The client's session against a scripted server: what it sends, what it says, where it ends. Every
 * script is played again with the server's octets cut at every place, with the stream ending or
 * falling silent at every place, and with every allocation failing. */
#include "tests/lib/cuts.h"
#include "tests/lib/failing_alloc.h"
#include "tests/simulation/scripted.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define LOGIN     "S: * OK [CAPABILITY IMAP4rev1] hi\n> LOGIN u p\nC: a1 LOGIN u p\nS: a1 OK in\n"
#define LOGIN_LOG "greeted\ndone 1 OK\n"
#define SELECT    LOGIN "> SELECT M\nC: a2 SELECT M\nS: * 3 EXISTS\nS: a2 OK [READ-WRITE] done\n"
#define OFFER(names)                                                                               \
    "S: * OK hi\n> LOGIN u p\nC: a1 LOGIN u p\nS: a1 OK [CAPABILITY " names "] in\n"
#define SELECT_LOG LOGIN_LOG "response * 3 EXISTS\ndone 2 OK\n"

struct row {
    const char *name;
    const char *script;
    const char *log;
    enum iw_session_state state;
    bool read_only, turned_read_only;
    unsigned enabled;
};

/* clang-format off */
static const struct row rows[] = {
    /* ---- greetings ---- */
    {"the server speaks first",
     "> NOOP\nC= \nS: * OK hi\nC: a1 NOOP\nS: a1 OK done\n",
     "greeted\ndone 1 OK\n", IW_SESSION_NONAUTH},
    {"a greeting with capabilities", "S: * OK [CAPABILITY IMAP4rev1] hi\n", "greeted\n",
     IW_SESSION_NONAUTH},
    {"NO as greeting", "S: * NO hi\n", "lost syntax: invalid greeting: * NO hi\n",
     IW_SESSION_LOGOUT},
    {"PREAUTH: no login",
     "S: * PREAUTH hi\n> LOGIN u p\n> NOOP\nC: a1 NOOP\nS: a1 OK done\n",
     "greeted\nnot taken syntax\ndone 2 OK\n", IW_SESSION_AUTH},
    {"BYE instead of a greeting",
     "> NOOP\nS: * BYE overloaded\nS: * OK hi\n",
     "lost syntax: invalid greeting: * BYE overloaded\n", IW_SESSION_LOGOUT},
    {"a greeting of another protocol", "S: +OK pop\n",
     "lost syntax: invalid greeting: +OK pop\n", IW_SESSION_LOGOUT},
    {"a bare continuation as greeting", "S: +\n",
     "lost syntax: invalid greeting: +\n", IW_SESSION_LOGOUT},
    {"data as greeting", "S: * LIST () \"/\" x\n",
     "lost syntax: invalid greeting: * LIST () \"/\" x\n", IW_SESSION_LOGOUT},
    {"a tagged greeting", "S: a1 OK hi\n",
     "lost syntax: invalid greeting: a1 OK hi\n", IW_SESSION_LOGOUT},
    {"controls in a greeting do not reach the message", "S: \033[2J\n",
     "lost syntax: invalid greeting: ?[2J\n", IW_SESSION_LOGOUT},
    {"no greeting in time", "wait 59999\nwait 1\n",
     "lost timeout: no answer in time\n", IW_SESSION_LOGOUT},

    /* ---- completion ---- */
    {"NO is an answer",
     LOGIN "> CREATE M\nC: a2 CREATE M\nS: a2 NO [ALREADYEXISTS] there\n",
     LOGIN_LOG "done 2 NO\n", IW_SESSION_AUTH},
    {"BAD is an answer",
     LOGIN "> CREATE M\nC: a2 CREATE M\nS: a2 BAD what\n",
     LOGIN_LOG "done 2 BAD\n", IW_SESSION_AUTH},
    {"a completion without any text",
     LOGIN "> NOOP\nC: a2 NOOP\nS: a2 OK\n",
     LOGIN_LOG "done 2 OK\n", IW_SESSION_AUTH},
    {"a completion with a broken code",
     LOGIN "> NOOP\nC: a2 NOOP\nS: a2 OK [COPYUID 1 1:x\n",
     LOGIN_LOG "done 2 OK\n", IW_SESSION_AUTH},
    {"a tag nobody has used",
     LOGIN "> NOOP\nC: a2 NOOP\nS: ZZZ999 OK surprise\nS: a2 OK done\n",
     LOGIN_LOG "lost syntax: unexpected tagged response: ZZZ999 OK surprise\n",
     IW_SESSION_LOGOUT},
    {"a tag for the second time",
     LOGIN "> NOOP\nC: a2 NOOP\nS: a1 OK again\n",
     LOGIN_LOG "lost syntax: unexpected tagged response: a1 OK again\n", IW_SESSION_LOGOUT},
    {"a tag that is still to come",
     LOGIN "> NOOP\nC: a2 NOOP\nS: a3 OK early\n",
     LOGIN_LOG "lost syntax: unexpected tagged response: a3 OK early\n", IW_SESSION_LOGOUT},
    {"a line that is nothing",
     LOGIN "> NOOP\nC: a2 NOOP\nS: hello there\n",
     LOGIN_LOG "lost syntax: unexpected response: hello there\n", IW_SESSION_LOGOUT},
    {"unreadable data harm nothing",
     LOGIN "> NOOP\nC: a2 NOOP\nS: * 0 FETCH ((\nS: a2 OK done\n",
     LOGIN_LOG "unreadable * 0 FETCH ((\ndone 2 OK\n", IW_SESSION_AUTH},
    {"unknown data are handed on",
     LOGIN "> NOOP\nC: a2 NOOP\nS: * XFOO \"a\" {5}\nS: ab\nS: *\nS: a2 OK done\n",
     LOGIN_LOG "response * XFOO \"a\" {5}|ab|*\ndone 2 OK\n", IW_SESSION_AUTH},
    {"a continuation that nobody waits for gets no answer",
     LOGIN "> NOOP\nC: a2 NOOP\nS: + go ahead\nS: a2 OK done\n",
     LOGIN_LOG "response + go ahead\ndone 2 OK\n", IW_SESSION_AUTH},
    {"silence after a command",
     LOGIN "> NOOP\nC: a2 NOOP\nwait 59999\nS: * 1 EXISTS\nwait 59999\nwait 1\n",
     LOGIN_LOG "response * 1 EXISTS\nlost timeout: no answer in time\n", IW_SESSION_LOGOUT},
    {"nothing is awaited, so nothing is late",
     LOGIN "wait 4000000\nslow 0\n> NOOP\nwait 59999\nfast\nC: a2 NOOP\nwait 59999\n"
     "S: a2 OK done\n",
     LOGIN_LOG "done 2 OK\n", IW_SESSION_AUTH},

    /* ---- literals of the server ---- */
    {"a literal of no octets",
     SELECT "> FETCH 1 BODY[]\nC: a3 FETCH 1 BODY[]\nS: * 1 FETCH (BODY[] {0}\nS: )\n"
     "S: a3 OK done\n",
     SELECT_LOG "response * 1 FETCH (BODY[] {0}|)\ndone 3 OK\n", IW_SESSION_SELECTED},
    {"a literal that ends the response",
     LOGIN "> LIST \"\" *\nC: a2 LIST \"\" *\nS: * LIST () \"/\" {3}\nS: a b\nS: a2 OK done\n",
     LOGIN_LOG "response * LIST () \"/\" {3}|a b\ndone 2 OK\n", IW_SESSION_AUTH},
    {"a literal that looks like responses",
     SELECT "> FETCH 1 BODY[]\nC: a3 FETCH 1 BODY[]\nS: * 1 FETCH (BODY[] {20}\nS: a3 OK x\n"
     "S: * BYE x\nS: \nS: )\nS: a3 OK done\n",
     SELECT_LOG "response * 1 FETCH (BODY[] {20}|a3 OK x|* BYE x||)\ndone 3 OK\n",
     IW_SESSION_SELECTED},
    {"{5} in a quoted string",
     LOGIN "> LIST \"\" *\nC: a2 LIST \"\" *\nS: * LIST () \"/\" \"a {5}\"\nS: a2 OK done\n",
     LOGIN_LOG "response * LIST () \"/\" \"a {5}\"\ndone 2 OK\n", IW_SESSION_AUTH},
    {"{5} in prose",
     LOGIN "> NOOP\nC: a2 NOOP\nS: * OK see {5}\nS: a2 OK done {5}\n",
     LOGIN_LOG "response * OK see {5}\ndone 2 OK\n", IW_SESSION_AUTH},
    {"BYE where a literal's octets should be",
     SELECT "> FETCH 1 BODY[]\nC: a3 FETCH 1 BODY[]\nS: * 1 FETCH (BODY[] {1000}\n"
     "S: Subject: x\nS: * BYE going down\neof\n",
     SELECT_LOG "lost closed: connection closed inside a response\n", IW_SESSION_LOGOUT},
    {"the stream ends inside a literal",
     SELECT "> FETCH 1 BODY[]\nC: a3 FETCH 1 BODY[]\nS: * 1 FETCH (BODY[] {100}\nS= abc\neof\n",
     SELECT_LOG "lost closed: connection closed inside a response\n", IW_SESSION_LOGOUT},

    /* ---- BYE ---- */
    {"BYE, and the command is answered all the same",
     LOGIN "> NOOP\nC: a2 NOOP\nS: * BYE soon\nS: a2 OK done\neof\n",
     LOGIN_LOG "response * BYE soon\ndone 2 OK\nlost closed: BYE: soon\n", IW_SESSION_LOGOUT},
    {"BYE, and the end",
     LOGIN "> NOOP\nC: a2 NOOP\nS: * BYE soon\neof\n",
     LOGIN_LOG "response * BYE soon\nlost closed: BYE: soon\n", IW_SESSION_LOGOUT},
    {"BYE, and nothing more",
     LOGIN "> NOOP\nC: a2 NOOP\nS: * BYE soon\nwait 1999\nwait 1\n",
     LOGIN_LOG "response * BYE soon\nlost closed: BYE: soon\n", IW_SESSION_LOGOUT},
    {"BYE with a broken code is a BYE",
     LOGIN "> NOOP\nC: a2 NOOP\nS: * BYE [X\neof\n",
     LOGIN_LOG "response * BYE [X\nlost closed: BYE: [X\n", IW_SESSION_LOGOUT},
    {"BYE: what has not been sent stays here",
     LOGIN "> SELECT M\n> NOOP\nC: a2 SELECT M\nS: * BYE soon\nS: a2 OK done\nC= \neof\n",
     LOGIN_LOG "response * BYE soon\ndone 2 OK\nlost closed: BYE: soon\n", IW_SESSION_LOGOUT},
    {"LOGOUT: BYE, OK, end",
     LOGIN "> LOGOUT\nC: a2 LOGOUT\nS: * BYE bye\nS: a2 OK done\neof\n> NOOP\n",
     LOGIN_LOG "response * BYE bye\ndone 2 OK\nnot taken syntax\n", IW_SESSION_LOGOUT},
    {"LOGOUT: BYE, end",
     LOGIN "> LOGOUT\nC: a2 LOGOUT\nS: * BYE bye\neof\n",
     LOGIN_LOG "response * BYE bye\nlost closed: BYE: bye\n", IW_SESSION_LOGOUT},

    /* ---- literals of the client ---- */
    {"a literal waits for its continuation",
     LOGIN "> APPEND M {hello}\nC: a2 APPEND M {5}\nC= \nS: * 3 EXISTS\nC= \nS: + go\n"
     "C: hello\nS: a2 OK done\n",
     LOGIN_LOG "response * 3 EXISTS\ndone 2 OK\n", IW_SESSION_AUTH},
    {"a literal of no octets waits too",
     LOGIN "> APPEND M {}\nC: a2 APPEND M {0}\nC= \nS: + go\nC: \nS: a2 OK done\n",
     LOGIN_LOG "done 2 OK\n", IW_SESSION_AUTH},
    {"each of two literals waits",
     "S: * OK hi\n> LOGIN {u} {p}\nC: a1 LOGIN {1}\nS: + go\nC: u {1}\nC= \nS: +\nC: p\n"
     "S: a1 OK in\n",
     "greeted\ndone 1 OK\n", IW_SESSION_AUTH},
    {"NO instead of a continuation: the literal stays here",
     LOGIN "> APPEND M {hello}\nC: a2 APPEND M {5}\nS: a2 NO [TOOBIG] no\n> NOOP\nC: a3 NOOP\n"
     "S: a3 OK done\n",
     LOGIN_LOG "done 2 NO\ndone 3 OK\n", IW_SESSION_AUTH},
    {"BAD instead of the second continuation",
     "S: * OK hi\n> LOGIN {u} {p}\nC: a1 LOGIN {1}\nS: + go\nC: u {1}\nS: a1 BAD no\n> NOOP\n"
     "C: a2 NOOP\nS: a2 OK done\n",
     "greeted\ndone 1 BAD\ndone 2 OK\n", IW_SESSION_NONAUTH},
    {"nothing overtakes a literal",
     LOGIN "> APPEND M {hello}\n> NOOP\nC: a2 APPEND M {5}\nC= \nS: + go\nC: hello\nC: a3 NOOP\n"
     "S: a2 OK x\nS: a3 OK y\n",
     LOGIN_LOG "done 2 OK\ndone 3 OK\n", IW_SESSION_AUTH},
    {"another command's completion before the continuation",
     LOGIN "> NOOP\n> APPEND M {hello}\nC: a2 NOOP\nC: a3 APPEND M {5}\nS: a2 OK x\nC= \nS: + go\n"
     "C: hello\nS: a3 OK y\n",
     LOGIN_LOG "done 2 OK\ndone 3 OK\n", IW_SESSION_AUTH},
    {"completed in the middle of a literal: its octets are owed all the same",
     LOGIN "> APPEND M {hello}\nC: a2 APPEND M {5}\nslow 0\nS: + go\nslow 2\nS: a2 NO full\n"
     "> NOOP\nC= he\nfast\nC: llo\nC: a3 NOOP\nS: a3 OK x\n",
     LOGIN_LOG "done 2 NO\ndone 3 OK\n", IW_SESSION_AUTH},
    {"silence instead of a continuation",
     LOGIN "> APPEND M {hello}\nC: a2 APPEND M {5}\nwait 60000\n",
     LOGIN_LOG "lost timeout: no answer in time\n", IW_SESSION_LOGOUT},


    /* ---- literals that need not be asked for (RFC 7888), and others ---- */
    {"LITERAL+: at once, with all behind it",
     OFFER("IMAP4rev1 LITERAL+") "> APPEND M {hello}\n> NOOP\nC: a2 APPEND M {5+}\nC: hello\n"
     "C: a3 NOOP\nS: a2 OK x\nS: a3 OK y\n",
     LOGIN_LOG "done 2 OK\ndone 3 OK\n", IW_SESSION_AUTH},
    {"LITERAL-: a literal of no octets",
     OFFER("IMAP4rev1 LITERAL-") "> APPEND M {} {x}\nC: a2 APPEND M {0+}\nC:  {1+}\nC: x\n"
     "S: a2 OK x\n",
     LOGIN_LOG "done 2 OK\n", IW_SESSION_AUTH},
    {"IMAP4rev2 has LITERAL-",
     OFFER("IMAP4rev2") "> APPEND M {x}\nC: a2 APPEND M {1+}\nC: x\nS: a2 OK x\n",
     LOGIN_LOG "done 2 OK\n", IW_SESSION_AUTH},
    {"what was offered before the login is not offered after it",
     "S: * OK [CAPABILITY IMAP4rev1 LITERAL+] hi\n> LOGIN u {p}\nC: a1 LOGIN u {1+}\nC: p\n"
     "S: a1 OK in\n> APPEND M {x}\nC: a2 APPEND M {1}\nS: + go\nC: x\nS: a2 OK x\n",
     LOGIN_LOG "done 2 OK\n", IW_SESSION_AUTH},
    {"NO to a literal that has been sent already",
     OFFER("LITERAL+") "> APPEND M {hello}\nC: a2 APPEND M {5+}\nslow 0\nS: a2 NO full\nfast\n"
     "C: hello\n> NOOP\nC: a3 NOOP\nS: a3 OK x\n",
     LOGIN_LOG "done 2 NO\ndone 3 OK\n", IW_SESSION_AUTH},
    {"literal8", LOGIN "> APPEND M ~{x}\nC: a2 APPEND M ~{1}\nS: + go\nC: x\nS: a2 OK x\n",
     LOGIN_LOG "done 2 OK\n", IW_SESSION_AUTH},
    {"literal8 at once",
     OFFER("LITERAL-") "> APPEND M ~{x} y\nC: a2 APPEND M ~{1+}\nC: x y\nS: a2 OK x\n",
     LOGIN_LOG "done 2 OK\n", IW_SESSION_AUTH},
    {"a literal from a source, piece by piece",
     LOGIN "> APPEND M @{hello} x\n> NOOP\nC: a2 APPEND M {5}\nC= \nslow 0\nS: + go\nslow 2\n"
     "C= h\nslow 2\nC= e\nfast\nC: llo x\nC: a3 NOOP\nS: a2 OK x\nS: a3 OK y\n",
     LOGIN_LOG "done 2 OK\ndone 3 OK\n", IW_SESSION_AUTH},
    {"a literal from a source, at once",
     OFFER("LITERAL-") "> APPEND M @{hello}\nC: a2 APPEND M {5+}\nC: hello\nS: a2 OK x\n",
     LOGIN_LOG "done 2 OK\n", IW_SESSION_AUTH},
    {"a source of no octets",
     LOGIN "> APPEND M @{}\nC: a2 APPEND M {0}\nS: + go\nC: \nS: a2 OK x\n",
     LOGIN_LOG "done 2 OK\n", IW_SESSION_AUTH},
    {"a source that fails ends the connection: its literal cannot",
     LOGIN "> APPEND M @{he!lo}\nC: a2 APPEND M {5}\nS: + go\nC= he\nS: a2 OK x\n",
     LOGIN_LOG "lost system: dry\n", IW_SESSION_LOGOUT},
    {"NUL in what a source gives",
     LOGIN "> APPEND M @{h^}\nC: a2 APPEND M {2}\nS: + go\nC= h\n",
     LOGIN_LOG "lost syntax: NUL in a literal\n", IW_SESSION_LOGOUT},
    {"an answer in the middle of a source",
     LOGIN "> APPEND M @{hello}\nC: a2 APPEND M {5}\nslow 0\nS: + go\nslow 1\nS: a2 NO full\n"
     "C= h\n",
     LOGIN_LOG "done 2 NO\n"
     "lost closed: a command was answered before all of its literal was sent\n",
     IW_SESSION_LOGOUT},

    /* ---- what may be sent ---- */
    {"no argument makes a second line",
     LOGIN "> CREATE x\ry\n> CRE\rATE x\n> CREATE {x} {y}\nC: a2 CREATE {1}\nS: a2 NO no\n",
     LOGIN_LOG "not taken syntax\nnot taken syntax\ndone 2 NO\n", IW_SESSION_AUTH},
    {"a command in the wrong state is not sent",
     "S: * OK hi\n> SELECT M\n> FETCH 1 FLAGS\nC= \n",
     "greeted\nnot taken syntax\nnot taken syntax\n", IW_SESSION_NONAUTH},
    {"a command whose state did not come is refused",
     LOGIN "> SELECT M\n> FETCH 1 FLAGS\nC: a2 SELECT M\nC= \nS: a2 NO no\nC= \n",
     LOGIN_LOG "done 2 NO\nrefused 3\n", IW_SESSION_AUTH},
    {"login and select wait for each other",
     "S: * OK hi\n> LOGIN u p\n> SELECT M\nC: a1 LOGIN u p\nC= \nS: a1 OK in\nC: a2 SELECT M\n"
     "S: a2 OK done\n",
     "greeted\ndone 1 OK\ndone 2 OK\n", IW_SESSION_SELECTED},
    {"fetches overlap",
     SELECT "> FETCH 1 FLAGS\n> STORE 2 FLAGS ()\nC: a3 FETCH 1 FLAGS\nC: a4 STORE 2 FLAGS ()\n"
     "S: a4 OK x\nS: a3 OK y\n",
     SELECT_LOG "done 4 OK\ndone 3 OK\n", IW_SESSION_SELECTED},
    {"message numbers wait for what may change them",
     SELECT "> NOOP\n> FETCH 1 FLAGS\nC: a3 NOOP\nC= \nS: * 1 EXPUNGE\nS: a3 OK x\n"
     "C: a4 FETCH 1 FLAGS\nS: a4 OK y\n",
     SELECT_LOG "response * 1 EXPUNGE\ndone 3 OK\ndone 4 OK\n", IW_SESSION_SELECTED},
    {"UIDs need not wait",
     SELECT "> NOOP\n> UID FETCH 1 FLAGS\nC: a3 NOOP\nC: a4 UID FETCH 1 FLAGS\nS: a3 OK x\n"
     "S: a4 OK y\n",
     SELECT_LOG "done 3 OK\ndone 4 OK\n", IW_SESSION_SELECTED},
    {"results that do not say whose they are come one at a time",
     SELECT "> UID SEARCH ALL\n> SEARCH ALL\n> UID SEARCH NEW\nC: a3 UID SEARCH ALL\nC= \n"
     "S: * SEARCH 1\nS: a3 OK x\nC: a4 SEARCH ALL\nC= \nS: a4 OK x\nC: a5 UID SEARCH NEW\n"
     "S: a5 OK x\n",
     SELECT_LOG "response * SEARCH 1\ndone 3 OK\ndone 4 OK\ndone 5 OK\n", IW_SESSION_SELECTED},
    {"a search and a sort overlap",
     SELECT "> UID SEARCH ALL\n> UID SORT (DATE) UTF-8 ALL\nC: a3 UID SEARCH ALL\n"
     "C: a4 UID SORT (DATE) UTF-8 ALL\nS: a4 OK x\nS: a3 OK x\n",
     SELECT_LOG "done 4 OK\ndone 3 OK\n", IW_SESSION_SELECTED},
    {"message numbers wait for UID commands",
     SELECT "> UID FETCH 1 FLAGS\n> FETCH 1 FLAGS\nC: a3 UID FETCH 1 FLAGS\nC= \nS: a3 OK x\n"
     "C: a4 FETCH 1 FLAGS\nS: a4 OK y\n",
     SELECT_LOG "done 3 OK\ndone 4 OK\n", IW_SESSION_SELECTED},
    {"an extension's command is the caller's matter",
     LOGIN "> XFOO bar\nC: a2 XFOO bar\nS: a2 OK done\n",
     LOGIN_LOG "done 2 OK\n", IW_SESSION_AUTH},

    /* ---- selecting ---- */
    {"EXAMINE is read-only and wanted to be",
     LOGIN "> EXAMINE M\nC: a2 EXAMINE M\nS: a2 OK [READ-ONLY] done\n",
     LOGIN_LOG "done 2 OK\n", IW_SESSION_SELECTED, .read_only = true},
    {"EXAMINE without a code is read-only",
     LOGIN "> EXAMINE M\nC: a2 EXAMINE M\nS: a2 OK done\n",
     LOGIN_LOG "done 2 OK\n", IW_SESSION_SELECTED, .read_only = true},
    {"EXAMINE that is read-write is seen",
     LOGIN "> EXAMINE M\nC: a2 EXAMINE M\nS: a2 OK [READ-WRITE] done\n",
     LOGIN_LOG "done 2 OK\n", IW_SESSION_SELECTED},
    {"SELECT that is read-only",
     LOGIN "> SELECT M\nC: a2 SELECT M\nS: a2 OK [READ-ONLY] done\n",
     LOGIN_LOG "done 2 OK\n", IW_SESSION_SELECTED, .read_only = true, .turned_read_only = true},
    {"SELECT that is read-only, said untagged",
     LOGIN "> SELECT M\nC: a2 SELECT M\nS: * OK [READ-ONLY] x\nS: a2 OK done\n",
     LOGIN_LOG "response * OK [READ-ONLY] x\ndone 2 OK\n", IW_SESSION_SELECTED,
     .read_only = true, .turned_read_only = true},
    {"turned read-only, said untagged",
     SELECT "> NOOP\nC: a3 NOOP\nS: * OK [READ-ONLY] x\nS: a3 OK done\n",
     SELECT_LOG "response * OK [READ-ONLY] x\ndone 3 OK\n", IW_SESSION_SELECTED,
     .read_only = true, .turned_read_only = true},
    {"turned read-only, said by a tagged NO",
     SELECT "> STORE 1 FLAGS ()\nC: a3 STORE 1 FLAGS ()\nS: a3 NO [READ-ONLY] x\n",
     SELECT_LOG "done 3 NO\n", IW_SESSION_SELECTED, .read_only = true, .turned_read_only = true},
    {"turned read-only and back",
     SELECT "> NOOP\nC: a3 NOOP\nS: * OK [READ-ONLY] x\nS: * OK [read-write] y\nS: a3 OK done\n",
     SELECT_LOG "response * OK [READ-ONLY] x\nresponse * OK [read-write] y\ndone 3 OK\n",
     IW_SESSION_SELECTED},
    {"READ-ONLY with nothing selected means nothing",
     LOGIN "> NOOP\nC: a2 NOOP\nS: * OK [READ-ONLY] x\nS: a2 OK done\n> SELECT M\nC: a3 SELECT M\n"
     "S: a3 OK done\n",
     LOGIN_LOG "response * OK [READ-ONLY] x\ndone 2 OK\ndone 3 OK\n", IW_SESSION_SELECTED},
    {"a failed SELECT leaves nothing selected",
     SELECT "> SELECT N\nC: a3 SELECT N\nS: a3 NO no\n> FETCH 1 FLAGS\n",
     SELECT_LOG "done 3 NO\nnot taken syntax\n", IW_SESSION_AUTH},
    {"a SELECT that was not understood leaves what was",
     SELECT "> SELECT N\nC: a3 SELECT N\nS: a3 BAD no\n",
     SELECT_LOG "done 3 BAD\n", IW_SESSION_SELECTED},
    {"CLOSE leaves",
     SELECT "> CLOSE\nC: a3 CLOSE\nS: a3 OK done\n> EXPUNGE\n",
     SELECT_LOG "done 3 OK\nnot taken syntax\n", IW_SESSION_AUTH},

    /* ---- STARTTLS ---- */
    {"STARTTLS, then CAPABILITY under TLS",
     "S: * OK [CAPABILITY IMAP4rev1 STARTTLS X] hi\n> STARTTLS\n> CAPABILITY\nC: a1 STARTTLS\nC= \n"
     "S: a1 OK go\nC= \nsecured\nC: a2 CAPABILITY\nS: * CAPABILITY IMAP4rev1\nS: a2 OK done\n",
     "greeted\ndone 1 OK\nresponse * CAPABILITY IMAP4rev1\ndone 2 OK\n", IW_SESSION_NONAUTH},
    {"octets in clear behind the OK of STARTTLS",
     "S: * OK hi\n> STARTTLS\nC: a1 STARTTLS\nS: a1 OK go\nS: * CAPABILITY IMAP4rev1 X-EVIL\n",
     NULL, IW_SESSION_LOGOUT},
    {"STARTTLS is refused: the connection goes on in clear",
     "S: * OK hi\n> STARTTLS\nC: a1 STARTTLS\nS: a1 NO no\n> NOOP\nC: a2 NOOP\nS: a2 OK done\n",
     "greeted\ndone 1 NO\ndone 2 OK\n", IW_SESSION_NONAUTH},

    /* ---- COMPRESS (RFC 4978) ---- */
    {"COMPRESS: nothing is sent or read until the stream is compressed",
     LOGIN "> COMPRESS DEFLATE\n> NOOP\nC: a2 COMPRESS DEFLATE\nC= \nS: a2 OK go\nC= \ncompressed\n"
     "C: a3 NOOP\nS: a3 OK done\n",
     LOGIN_LOG "done 2 OK\nbehind \"\"\ndone 3 OK\n", IW_SESSION_AUTH},
    {"COMPRESS is refused: nothing changes",
     LOGIN "> COMPRESS DEFLATE\n> NOOP\nC: a2 COMPRESS DEFLATE\nS: a2 NO [COMPRESSIONACTIVE] x\n"
     "C: a3 NOOP\nS: a3 OK done\n",
     LOGIN_LOG "done 2 NO\ndone 3 OK\n", IW_SESSION_AUTH},

    /* ---- ENABLE, UNAUTHENTICATE ---- */
    {"ENABLED adds up",
     LOGIN "> ENABLE QRESYNC\n> ENABLE UTF8=ACCEPT\nC: a2 ENABLE QRESYNC\n"
     "C: a3 ENABLE UTF8=ACCEPT\nS: * ENABLED QRESYNC X\nS: a2 OK x\nS: * ENABLED utf8=accept\n"
     "S: a3 OK x\n",
     LOGIN_LOG "response * ENABLED QRESYNC X\ndone 2 OK\nresponse * ENABLED utf8=accept\n"
     "done 3 OK\n", IW_SESSION_AUTH,
     .enabled = IW_SESSION_CONDSTORE | IW_SESSION_QRESYNC | IW_SESSION_UTF8},
    {"ENABLED that nobody has asked for",
     LOGIN "> NOOP\nC: a2 NOOP\nS: * ENABLED UTF8=ACCEPT\nS: a2 OK x\n",
     LOGIN_LOG "response * ENABLED UTF8=ACCEPT\ndone 2 OK\n", IW_SESSION_AUTH},
    {"UNAUTHENTICATE: as before the login",
     LOGIN "> ENABLE UIDONLY\nC: a2 ENABLE UIDONLY\nS: * ENABLED UIDONLY\nS: a2 OK x\n"
     "> SELECT M\nC: a3 SELECT M\nS: a3 OK x\n> UNAUTHENTICATE\n> LOGIN v p\n"
     "C: a4 UNAUTHENTICATE\nC= \nS: a4 OK x\nC: a5 LOGIN v p\nS: a5 NO x\n> NOOP\nC: a6 NOOP\n"
     "S: a6 OK x\n",
     LOGIN_LOG "response * ENABLED UIDONLY\ndone 2 OK\ndone 3 OK\ndone 4 OK\ndone 5 NO\n"
     "done 6 OK\n", IW_SESSION_NONAUTH},

    /* ---- conversations ---- */
    {"IDLE may last, its end may not",
     LOGIN "> IDLE\nC: a2 IDLE\nS: + idling\nwait 10000000\nS: * 1 EXISTS\nwait 10000000\n"
     "< DONE\nC: DONE\nwait 59999\nS: * 2 EXISTS\nwait 60000\n",
     LOGIN_LOG "continue 2 + idling\nresponse * 1 EXISTS\nresponse * 2 EXISTS\n"
     "lost timeout: no answer in time\n", IW_SESSION_LOGOUT},
    {"IDLE without a continuation is late",
     LOGIN "> IDLE\nC: a2 IDLE\nwait 60000\n",
     LOGIN_LOG "lost timeout: no answer in time\n", IW_SESSION_LOGOUT},
    {"a challenge may not last",
     "S: * OK hi\n> AUTHENTICATE PLAIN\nC: a1 AUTHENTICATE PLAIN\nS: + \nwait 60000\n",
     "greeted\ncontinue 1 + \nlost timeout: no answer in time\n", IW_SESSION_LOGOUT},
    {"a challenge and its answer",
     "S: * OK hi\n> AUTHENTICATE PLAIN\nC: a1 AUTHENTICATE PLAIN\nS: + \n< AGEAYg==\n"
     "C: AGEAYg==\nS: a1 OK in\n",
     "greeted\ncontinue 1 + \ndone 1 OK\n", IW_SESSION_AUTH},
    {"a challenge without its SP",
     "S: * OK hi\n> AUTHENTICATE PLAIN\nC: a1 AUTHENTICATE PLAIN\nS: +\n< AGEAYg==\n"
     "C: AGEAYg==\nS: a1 OK in\n",
     "greeted\ncontinue 1 +\ndone 1 OK\n", IW_SESSION_AUTH},
    {"one answer to a challenge, and none after the end",
     "S: * OK hi\n> AUTHENTICATE X\nC: a1 AUTHENTICATE X\n< early\nS: + \n< one\n< two\nC: one\n"
     "S: a1 NO no\n< three\nC= \n",
     "greeted\nnot taken syntax\ncontinue 1 + \nnot taken syntax\ndone 1 NO\nnot taken syntax\n",
     IW_SESSION_NONAUTH},
    {"nothing else while a command converses",
     LOGIN "> IDLE\n> NOOP\nC: a2 IDLE\nS: + idling\nC= \nS: * 4 EXISTS\n< DONE\nC: DONE\nC= \n"
     "S: a2 OK done\nC: a3 NOOP\nS: a3 OK done\n",
     LOGIN_LOG "continue 2 + idling\nresponse * 4 EXISTS\ndone 2 OK\ndone 3 OK\n",
     IW_SESSION_AUTH},
};
/* clang-format on */

enum { ROW_COUNT = sizeof rows / sizeof *rows };

static void compare(const struct row *row, const char *what, size_t place, struct iw_span wanted,
                    struct iw_span got)
{
    if (!iw_span_equal(wanted, got))
        fail_msg("\"%s\", %s %zu:\nwanted:\n%.*s\ngot:\n%.*s", row->name, what, place,
                 (int)wanted.length, wanted.data, (int)got.length, got.data);
}

/* The whole script, in one of its variants: always the same log. */
static void check_whole(const struct row *row, struct iw_scripted run)
{
    run.script = row->script;
    run.end = SIZE_MAX;
    iw_scripted_run(&run);
    if (row->log != NULL)
        compare(row, "cut", run.cut, iw_span_of(row->log), iw_buf_span(&run.log));
    compare(row, "sent, cut", run.cut, IW_SPAN(""), iw_buf_span(&run.mismatch));
    if (run.enabled != row->enabled)
        fail_msg("\"%s\", cut %zu: enabled %u", row->name, run.cut, run.enabled);
    if (run.state != row->state || run.read_only != row->read_only ||
        run.turned_read_only != row->turned_read_only || run.spoke_after_loss)
        fail_msg("\"%s\", cut %zu: state %s, read-only %d, turned %d, after loss %d", row->name,
                 run.cut, iw_session_state_name(run.state), run.read_only, run.turned_read_only,
                 run.spoke_after_loss);
    iw_scripted_release(&run);
}

static void check_cut(void *context, size_t place)
{
    check_whole(context, (struct iw_scripted){.cut = place});
    check_whole(context, (struct iw_scripted){.cut = place, .keep = true});
}

static void test_every_script_at_every_cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        struct row row = rows[i];
        struct iw_buf octets;
        iw_buf_init(&octets, NULL, 1 << 20);
        iw_scripted_octets(row.script, &octets);
        check_whole(&row, (struct iw_scripted){.cut = 0});
        check_whole(&row, (struct iw_scripted){.cut = 0, .keep = true});
        iw_each_cut(iw_buf_span(&octets), check_cut, &row);
        iw_buf_release(&octets);
    }
}

/* ---- the end, everywhere ---- */

static void check_end(void *context, size_t place)
{
    const struct row *row = context;
    for (int silent = 0; silent < 2; silent++) {
        struct iw_scripted run = {.script = row->script, .end = place, .silent = silent != 0};
        iw_scripted_run(&run);
        if (!run.lost || run.spoke_after_loss || run.state != IW_SESSION_LOGOUT)
            fail_msg("\"%s\" %s at %zu: lost %d, after loss %d, state %s", row->name,
                     silent ? "silent" : "ended", place, run.lost, run.spoke_after_loss,
                     iw_session_state_name(run.state));
        iw_scripted_release(&run);
    }
}

/* A row whose server may go away at any octet while something is awaited: from the first command on
 * there is always one, until LOGOUT. */
static void test_a_server_that_goes_or_hangs_anywhere(void **state)
{
    (void)state;
    struct row row = {.name = "a whole conversation",
                      .script = SELECT "> FETCH 1 BODY[]\n> LOGOUT\nS: * 1 FETCH (BODY[] {5}\n"
                                       "S: hello)\nS: a3 OK done\nS: * BYE bye\n"};
    struct iw_buf octets;
    iw_buf_init(&octets, NULL, 1 << 20);
    iw_scripted_octets(row.script, &octets);
    iw_each_cut(iw_buf_span(&octets), check_end, &row);
    check_end(&row, 0);
    iw_buf_release(&octets);
}

/* A server that keeps the line busy without ever coming to an end. */
static void test_a_busy_line_ends_too(void **state)
{
    (void)state;
    struct iw_buf script;
    iw_buf_init(&script, NULL, 1 << 20);
    iw_buf_add_string(&script, LOGIN "> NOOP\n");
    for (int i = 0; i < 61; i++)
        iw_buf_add_string(&script, "wait 59000\nS= x\n");
    struct iw_scripted run = {.script = iw_buf_string(&script), .end = SIZE_MAX};
    iw_scripted_run(&run);
    assert_false(run.lost);
    iw_scripted_release(&run);
    iw_buf_add_string(&script, "wait 59000\n");
    run = (struct iw_scripted){.script = iw_buf_string(&script), .end = SIZE_MAX};
    iw_scripted_run(&run);
    assert_true(run.lost);
    iw_scripted_release(&run);
    iw_buf_release(&script);
}

/* ---- limits ---- */

static void check_limited(const char *script, const char *log)
{
    struct iw_limits limits = iw_limits_default;
    limits.line = 60;
    limits.literal = 10;
    struct iw_scripted run = {.script = script, .end = SIZE_MAX, .limits = &limits};
    iw_scripted_run(&run);
    assert_string_equal(iw_buf_string(&run.log), log);
    iw_scripted_release(&run);
}

static void test_limits(void **state)
{
    (void)state;
    check_limited(LOGIN
                  "> NOOP\nS: * OK 345678901234567890123456789012345678901234567890123456789\n"
                  "S: a2 OK done\n",
                  LOGIN_LOG "dropped\ndone 2 OK\n");
    check_limited("S: * OK 3456789012345678901234567890123456789012345678901234567890\n",
                  "lost limit: the greeting is too long\n");
    check_limited(SELECT
                  "> FETCH 1 BODY[]\nS: * 1 FETCH (BODY[] {11}\nS: 12345678901)\nS: a3 OK x\n",
                  SELECT_LOG "response * 1 FETCH (BODY[] {11}|)\ndone 3 OK\n");
}

/* ---- capabilities ---- */

static void check_known(const char *script, bool known)
{
    struct iw_scripted run = {.script = script, .end = SIZE_MAX};
    iw_scripted_run(&run);
    if (run.knows_capabilities != known)
        fail_msg("%s\ncapabilities are %sknown", script, known ? "not " : "");
    iw_scripted_release(&run);
}

static void test_when_capabilities_are_known(void **state)
{
    (void)state;
    check_known("S: * OK hi\n", false);
    check_known("S: * OK [CAPABILITY IMAP4rev1] hi\n", true);
    check_known("S: * OK hi\n> CAPABILITY\nS: * CAPABILITY IMAP4rev1\nS: a1 OK x\n", true);
    check_known(LOGIN, false);
    check_known("S: * OK hi\n> LOGIN u p\nS: a1 OK [CAPABILITY IMAP4rev1] in\n", true);
    check_known("S: * OK hi\n> LOGIN u p\nS: * CAPABILITY IMAP4rev1\nS: a1 OK in\n", true);
    check_known("S: * OK [CAPABILITY X] hi\n> LOGIN u p\nS: a1 NO no\n", true);
    check_known("S: * OK [CAPABILITY X] hi\n> STARTTLS\nS: a1 OK go\nsecured\n", false);
    check_known("S: * OK hi\n> STARTTLS\nS: a1 OK [CAPABILITY X] go\nsecured\n", false);
}

/* ---- COMPRESS ---- */

static void check_log(const char *script, const char *log)
{
    struct iw_scripted run = {.script = script, .end = SIZE_MAX};
    iw_scripted_run(&run);
    assert_string_equal(iw_buf_string(&run.log), log);
    iw_scripted_release(&run);
}

/* What comes in one piece with the OK is compressed already; the next piece must not come before
 * the stream is. */
static void test_what_comes_behind_the_ok_of_compress(void **state)
{
    (void)state;
    check_log(LOGIN "> COMPRESS DEFLATE\nC: a2 COMPRESS DEFLATE\nS: a2 OK go\nS: * 1 EXISTS\n"
                    "S= * 2\ncompressed\nS: * 3 EXISTS\n",
              LOGIN_LOG "done 2 OK\nbehind \"* 1 EXISTS\r\n* 2\"\nresponse * 3 EXISTS\n");
    check_log(LOGIN "> COMPRESS DEFLATE\nS: a2 OK go\nwait 1\nS: * 1 EXISTS\ncompressed\n",
              LOGIN_LOG "done 2 OK\nlost syntax: octets for a stream that is not compressed yet\n"
                        "behind \"\"\n");
}

/* ---- literals ---- */

static void check_large(const char *offer, size_t size, const char *announcement)
{
    struct iw_buf script;
    iw_buf_init(&script, NULL, 1 << 20);
    iw_buf_addf(&script, "S: * PREAUTH [CAPABILITY %s] hi\n> APPEND M {%*s}\nC= a1 APPEND M %s",
                offer, (int)size, "x", announcement);
    struct iw_scripted run = {.script = iw_buf_string(&script), .end = SIZE_MAX};
    iw_scripted_run(&run);
    const char *mismatch = iw_buf_string(&run.mismatch);
    bool begun = strncmp(mismatch, "wanted \"C= nothing more\"", 24) == 0 || *mismatch == '\0';
    if (!begun)
        fail_msg("%s, %zu octets: not %s; %.200s", offer, size, announcement, mismatch);
    iw_scripted_release(&run);
    iw_buf_release(&script);
}

/* RFC 7888 §5, RFC 7889 §4 */
static void test_large_literals_ask_first(void **state)
{
    (void)state;
    check_large("IMAP4rev1", 1, "{1}");
    check_large("LITERAL-", 4096, "{4096+}");
    check_large("LITERAL-", 4097, "{4097}");
    check_large("IMAP4rev2 APPENDLIMIT=5000", 4097, "{4097}");
    check_large("LITERAL+", 4096, "{4096+}");
    check_large("LITERAL+", 4097, "{4097}");
    check_large("LITERAL+ APPENDLIMIT", 4097, "{4097}");
    check_large("APPENDLIMIT=5000 LITERAL+", 5000, "{5000+}");
    check_large("APPENDLIMIT=5000 LITERAL+", 5001, "{5001}");
    check_large("LITERAL+ APPENDLIMIT=10", 4096, "{4096+}");
    check_large("LITERAL+ ABCDEFGHIJKL9000", 4097, "{4097}");
}

/* ---- pipelining ---- */

/* Many commands in flight at once, and the last is answered first. */
static void test_many_commands_in_flight(void **state)
{
    (void)state;
    enum { COUNT = 300, FIRST = 2 };
    struct iw_buf script, log;
    iw_buf_init(&script, NULL, 1 << 20);
    iw_buf_init(&log, NULL, 1 << 20);
    iw_buf_add_string(&script, LOGIN);
    iw_buf_add_string(&log, LOGIN_LOG);
    for (int i = 0; i < COUNT; i++)
        iw_buf_addf(&script, "> STATUS m%d (MESSAGES)\n", i);
    for (int i = 0; i < COUNT; i++)
        iw_buf_addf(&script, "C: a%d STATUS m%d (MESSAGES)\n", FIRST + i, i);
    for (int i = COUNT - 1; i >= 0; i--) {
        iw_buf_addf(&script, "S: a%d OK x\n", FIRST + i);
        iw_buf_addf(&log, "done %d OK\n", FIRST + i);
    }
    struct row row = {.name = "many", .log = iw_buf_string(&log), .state = IW_SESSION_AUTH};
    row.script = iw_buf_string(&script);
    check_whole(&row, (struct iw_scripted){.cut = 0});
    check_whole(&row, (struct iw_scripted){.cut = 1000});
    iw_buf_release(&script);
    iw_buf_release(&log);
}

/* ---- memory ---- */

/* Says so, goes on, or ends as it would have, but never crashes and never leaks. */
static void starve(const struct row *row, const struct iw_scripted *full, bool keep, size_t fail_at,
                   bool *failed)
{
    struct iw_failing_alloc failing;
    iw_failing_alloc_init(&failing, fail_at);
    struct iw_scripted run = {
        .script = row->script, .end = SIZE_MAX, .alloc = &failing.alloc, .keep = keep};
    iw_scripted_run(&run);
    *failed = failing.failed;
    bool same = iw_span_equal(iw_span_of(row->log), iw_buf_span(&run.log));
    bool kept = run.knows_capabilities == full->knows_capabilities;
    const char *log = iw_buf_string(&run.log);
    bool told = !run.born || strstr(log, "lost no memory") != NULL ||
                strstr(log, "not taken no memory") != NULL;
    if (failing.blocks != 0 || run.spoke_after_loss ||
        (!(same && kept) && row->log != NULL && !(*failed && told)))
        fail_msg("\"%s\", allocation %zu: %zu blocks left, log:\n%s", row->name, fail_at,
                 failing.blocks, iw_buf_string(&run.log));
    iw_scripted_release(&run);
}

static void test_every_allocation_fails(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        for (int keep = 0; keep < 2; keep++) {
            bool failed = true;
            struct iw_scripted full = {
                .script = rows[i].script, .end = SIZE_MAX, .keep = keep != 0};
            iw_scripted_run(&full);
            for (size_t fail_at = 0; failed; fail_at++)
                starve(&rows[i], &full, keep != 0, fail_at, &failed);
            iw_scripted_release(&full);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_script_at_every_cut),
        cmocka_unit_test(test_a_server_that_goes_or_hangs_anywhere),
        cmocka_unit_test(test_a_busy_line_ends_too),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_when_capabilities_are_known),
        cmocka_unit_test(test_what_comes_behind_the_ok_of_compress),
        cmocka_unit_test(test_large_literals_ask_first),
        cmocka_unit_test(test_many_commands_in_flight),
        cmocka_unit_test(test_every_allocation_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
