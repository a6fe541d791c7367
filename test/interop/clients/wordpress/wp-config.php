<?php
// A WordPress for tests only: a database behind a socket, nothing beyond this machine.
define('DB_NAME', 'wordpress');
define('DB_USER', 'root');
define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:' . getenv('PORTAL_DATABASE'));
define('DB_CHARSET', 'utf8mb4');
define('DISABLE_WP_CRON', true);
define('WP_HTTP_BLOCK_EXTERNAL', true); // but for this machine
define('WP_DEBUG', false); // WordPress 6.1 has notices of its own under PHP 8.2
if (getenv('PORTAL_CONSTANTS')) {
    foreach (json_decode(getenv('PORTAL_CONSTANTS'), true) as $name => $value) {
        define($name, $value);
    }
}
$table_prefix = 'wp_';
defined('ABSPATH') || define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
