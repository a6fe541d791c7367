<?php

use SAML2\Constants;

$settings = require dirname(__DIR__) . '/settings.php';

$bindings = [Constants::BINDING_HTTP_REDIRECT, Constants::BINDING_HTTP_POST];

// __DYNAMIC:1__ makes the address of the metadata the entity id, whatever the port.
$metadata['__DYNAMIC:1__'] = [
    'host' => '__DEFAULT__',
    'auth' => 'users',
    'SingleSignOnServiceBinding' => $bindings,
    'SingleLogoutServiceBinding' => $bindings,
    'sign.logout' => true,
    'validate.logout' => true,
] + $settings['identityProvider'];
