#!/bin/sh
# Makes the certificates that the tests of TLS use, good for a hundred years; run it here to make them anew.
set -eu
began=20200101000000Z
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
: > "$work/index"
cat > "$work/ca.cnf" << CNF
[ca]
default_ca = tests
[tests]
database = $work/index
new_certs_dir = $work
rand_serial = yes
unique_subject = no
default_md = sha256
policy = any
[any]
commonName = supplied
[authority]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
CNF
make() { # name, file's end, extensions, last day, who signs (its key and, but for itself, its certificate)
    name=$1 end=$2 extensions=$3
    shift 3
    openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -out "$work/$name.key"
    openssl req -new -config /dev/null -key "$work/$name.key" -subj "/CN=$name" -out "$work/$name.csr"
    openssl ca -batch -notext -config "$work/ca.cnf" -startdate $began -enddate "$end" -in "$work/$name.csr" \
        -out "$name.pem" "$@" -extfile "$extensions" 2> /dev/null
    [ "$name" = authority ] || cp "$work/$name.key" "$name.key"
}
names() {
    printf 'basicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\nsubjectAltName=%s\n' "$1" > "$work/names"
}
printf 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\nsubjectKeyIdentifier=hash\n' > "$work/root"
make authority 21200101000000Z "$work/root" -selfsign -keyfile "$work/authority.key"
names DNS:localhost,IP:127.0.0.1
by_authority="-cert authority.pem -keyfile $work/authority.key"
make localhost 21200101000000Z "$work/names" $by_authority
make expired 20200201000000Z "$work/names" $by_authority
make selfsigned 21200101000000Z "$work/names" -selfsign -keyfile "$work/selfsigned.key"
names DNS:elsewhere.example
make elsewhere 21200101000000Z "$work/names" $by_authority
