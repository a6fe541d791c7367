<?php

use SimpleSAML\Metadata\SAMLParser;

$settings = require dirname(__DIR__) . '/settings.php';

foreach ($settings['serviceProviders'] as $entityId => $serviceProvider) {
    $xml = $serviceProvider['metadataXml'] ?? null;
    unset($serviceProvider['metadataXml']);
    // What is set for the test wins over what the metadata says.
    $metadata[$entityId] = $xml === null
        ? $serviceProvider
        : $serviceProvider + SAMLParser::parseString($xml)->getMetadata20SP();
}
