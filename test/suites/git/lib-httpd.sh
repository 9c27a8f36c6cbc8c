# Stands in the place of the library that starts Apache: the server runs already, and these are its addresses.
# GRANARY_SUITE_ROOT and GRANARY_SUITE_PORT come from index.ts, which appends the rest of the original (what the
# tests ask, without what starts and stops a server).

HTTPD_ROOT_PATH=$GRANARY_SUITE_ROOT
HTTPD_DOCUMENT_ROOT_PATH=$HTTPD_ROOT_PATH/www
HTTPD_PROTO=http
LIB_HTTPD_PORT=$GRANARY_SUITE_PORT
HTTPD_DEST=127.0.0.1:$LIB_HTTPD_PORT
HTTPD_URL=$HTTPD_PROTO://$HTTPD_DEST
HTTPD_URL_USER=$HTTPD_PROTO://user%40host@$HTTPD_DEST
HTTPD_URL_USER_PASS=$HTTPD_PROTO://user%40host:pass%40host@$HTTPD_DEST

start_httpd () {
	mkdir -p "$HTTPD_DOCUMENT_ROOT_PATH" &&
	>>"$HTTPD_ROOT_PATH/access.log"
}

stop_httpd () {
	:
}

