# Inside the root: the authentication daemon, then the listeners, until TERM. PORT and TLS_PORT
# come from start.sh; Courier's configuration are fragments of shell.
makeuserdb
/usr/lib/courier/courier-authlib/authdaemond &
daemons=$!
tries=0
while [ ! -S /run/courier/authdaemon/socket ] && [ $tries -lt 100 ]; do
    tries=$((tries + 1))
    sleep 0.05
done
clear_port=$PORT
set -a
prefix=/usr exec_prefix=/usr sbindir=/usr/sbin bindir=/usr/bin
. /etc/courier/imapd
. /etc/courier/imapd-ssl
IMAP_STARTTLS=$IMAPDSTARTTLS
# Each session opens gamin, whose sockets have no file: without, all roots would share one daemon.
GAM_CLIENT_ID=$clear_port
set +a
login=/usr/lib/courier/courier/imaplogin
tcpd="couriertcpd -address=127.0.0.1 -maxprocs=$MAXDAEMONS -maxperip=$MAXPERIP $TCPDOPTS"
$tcpd "$clear_port" $login /usr/bin/imapd Maildir &
daemons="$daemons $!"
IMAP_TLS=1 $tcpd "$TLS_PORT" "$COURIERTLS" -server -tcpd $login /usr/bin/imapd Maildir &
daemons="$daemons $!"
trap 'kill $daemons 2>/dev/null' TERM INT
wait
wait
