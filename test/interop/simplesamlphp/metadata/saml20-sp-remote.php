<?php

$settings = require dirname(__DIR__) . '/settings.php';

$metadata = $settings['serviceProviders'];
