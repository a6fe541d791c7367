<?php
// Installs WordPress and activates the plugin, as its two pages do.
define('WP_INSTALLING', true);
define('WP_SITEURL', 'http://127.0.0.1:1');
$_SERVER += ['HTTP_HOST' => '127.0.0.1', 'REQUEST_URI' => '/', 'SERVER_PROTOCOL' => 'HTTP/1.1'];
require $argv[1] . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
require_once ABSPATH . 'wp-admin/includes/plugin.php';
function wp_mail() // nobody is to be told
{
    return true;
}
wp_install('Portal', 'admin', 'admin@portal.example', false, '', wp_generate_password(32));
$problem = activate_plugin('latchkey-redirect/latchkey-redirect.php');
if (is_wp_error($problem)) {
    fwrite(STDERR, $problem->get_error_message());
    exit(1);
}
echo json_encode(get_plugin_data(WP_PLUGIN_DIR . '/latchkey-redirect/latchkey-redirect.php', false));
