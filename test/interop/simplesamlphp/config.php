<?php

// Stands in for /etc/simplesamlphp/config.php: whatever is written goes to the run's own folder.

$folder = getenv('RUN_FOLDER') . '/';

$config = [
    'baseurlpath' => 'http://' . $_SERVER['HTTP_HOST'] . '/',
    'certdir' => $folder,
    'loggingdir' => $folder,
    'datadir' => $folder,
    'tempdir' => $folder . 'temp',
    'metadatadir' => __DIR__ . '/metadata/',
    'attributenamemapdir' => '/etc/simplesamlphp/attributemap/',

    'enable.saml20-idp' => true,
    'module.enable' => ['core' => true, 'saml' => true, 'exampleauth' => true],
    'metadata.sources' => [['type' => 'flatfile']],

    'store.type' => 'phpsession',
    'session.phpsession.savepath' => $folder . 'sessions',
    'session.cookie.secure' => false,
    'language.cookie.secure' => false,

    // Persistent NameIDs are hashes over it; SimpleSAMLphp refuses its own default value.
    'secretsalt' => 'a salt for tests',
    'auth.adminpassword' => bin2hex(random_bytes(16)),
    'admin.checkforupdates' => false,
    'timezone' => 'UTC',

    'logging.handler' => 'file',
    'logging.level' => SimpleSAML\Logger::INFO,
    'logging.logfile' => 'simplesamlphp.log',
    'showerrors' => true,
    'errorreporting' => false,
];
