<?php

$settings = require dirname(__DIR__) . '/settings.php';

// __DYNAMIC:1__ makes the address of the metadata the entity id, whatever the port.
$metadata['__DYNAMIC:1__'] = [
    'host' => '__DEFAULT__',
    'auth' => 'users',
    'privatekey' => 'idp.key',
    'certificate' => 'idp.crt',
] + $settings['identityProvider'];
