<?php

// What simplesamlphp.ts wrote for this run: users, the provider's own metadata and the service
// providers it trusts. Read per request, so a service provider can be added while PHP runs.

$file = getenv('RUN_FOLDER') . '/settings.json';

return json_decode(file_get_contents($file), true, 512, JSON_THROW_ON_ERROR);
