<?php

// Writes a fresh RSA-2048 key and a self-signed certificate for a day into the folder named by the
// first argument, as idp.key and idp.crt if `idp` is the second. The request section is given here because a machine
// without the openssl package has no openssl.cnf.

[, $folder, $name] = $argv;
umask(0077);
file_put_contents("$folder/openssl.cnf", "[req]\ndistinguished_name = dn\n[dn]\n");

$options = [
    'config' => "$folder/openssl.cnf",
    'digest_alg' => 'sha256',
    'private_key_bits' => 2048,
    'private_key_type' => OPENSSL_KEYTYPE_RSA,
];
$key = openssl_pkey_new($options);
$request = openssl_csr_new(['commonName' => 'SimpleSAMLphp under test'], $key, $options);
$certificate = openssl_csr_sign($request, null, $key, 1, $options, random_int(1, PHP_INT_MAX));

$written = openssl_pkey_export_to_file($key, "$folder/$name.key", null, $options)
    && openssl_x509_export_to_file($certificate, "$folder/$name.crt");
if (!$written) {
    fwrite(STDERR, (string) openssl_error_string());
    exit(1);
}
