#!/bin/bash
# SPDX-License-Identifier: MIT
# A client under test: curl does the task named in IMAPWRIGHT_TASK, where it can.
# Exit status: 0 the task worked, 1 curl reported an error, 89 curl has no way to do that task;
# above 128 curl was killed by a signal. IMAPWRIGHT_POLICY is plain (the default), starttls or tls.
set -u

task=${IMAPWRIGHT_TASK:-login}
policy=${IMAPWRIGHT_POLICY:-plain}
options=(--silent --show-error --max-time 10 --user "$IMAPWRIGHT_USER:$IMAPWRIGHT_PASSWORD")
[ -n "${IMAPWRIGHT_CA:-}" ] && options+=(--cacert "$IMAPWRIGHT_CA")
case $policy in
tls) server=imaps://$IMAPWRIGHT_HOST:$IMAPWRIGHT_TLS_PORT ;;
starttls) server=imap://$IMAPWRIGHT_HOST:$IMAPWRIGHT_PORT && options+=(--ssl-reqd) ;;
*) server=imap://$IMAPWRIGHT_HOST:$IMAPWRIGHT_PORT ;;
esac

# Only what a mailbox name or a search program of the scenarios may hold and a URL may not.
url_encode()
{
    sed -e 's/%/%25/g' -e 's/ /%20/g' -e 's/"/%22/g' -e 's/?/%3F/g' -e 's/;/%3B/g' <<<"$1"
}

run_curl()
{
    curl "${options[@]}" "$@"
    local status=$?
    [ $status -gt 128 ] && exit $status
    [ $status -eq 0 ] && exit 0
    exit 1
}

read -r verb mailbox rest <<<"$task"
at=$server/$(url_encode "${mailbox:-INBOX}")
case $verb in
login)
    case $mailbox in
    EXTERNAL) exit 89 ;; # it has a password, and never goes without
    OAUTHBEARER | XOAUTH2)
        options+=(--oauth2-bearer "$IMAPWRIGHT_PASSWORD" --login-options "AUTH=$mailbox") ;;
    ?*) options+=(--login-options "AUTH=$mailbox") ;;
    esac
    run_curl "$server/"
    ;;
list) run_curl "$server/" ;;
noop) run_curl --request NOOP "$server/" ;;
capability) run_curl --request CAPABILITY "$server/" ;;
status) run_curl --request "STATUS $mailbox (MESSAGES UIDNEXT)" "$server/" ;;
select) run_curl --request NOOP "$at" ;;
examine) run_curl --request "EXAMINE $mailbox" "$server/" ;;
fetch) run_curl "$at;MAILINDEX=1" ;;
flag) read -r number flag <<<"$rest" && run_curl --request "STORE $number +FLAGS ($flag)" "$at" ;;
search) run_curl "$at?$(url_encode "$rest")" ;;
append)
    case $rest in
    *[!0-9]*) run_curl --upload-file "$rest" "$at" ;;
    *) message=$(mktemp) && trap 'rm -f "$message"' EXIT &&
        head -c "$rest" /dev/zero | tr '\0' x >"$message" && run_curl --upload-file "$message" "$at" ;;
    esac
    ;;
copy) read -r number target <<<"$rest" && run_curl --request "COPY $number $target" "$at" ;;
namespace) run_curl --request NAMESPACE "$server/" ;;
expunge) run_curl --request EXPUNGE "$at" ;;
*) exit 89 ;;
esac
