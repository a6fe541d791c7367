<?php
/**
 * Plugin Name: Latchkey redirect
 * Description: Sends signed-in users to a page of the product, signed in there, too.
 * Version: 1.0.0
 * Requires at least: 5.9
 * Requires PHP: 8.0
 * License: Apache-2.0
 *
 * Link to /wp-admin/admin-post.php?action=latchkey_redirect&target=invoices.html. See README.md.
 * Settings, in wp-config.php or the environment: LATCHKEY_URL, LATCHKEY_SSO_TOKEN, and
 * LATCHKEY_IDENTIFY_BY (email, or user_name where the SSO token was made for user names).
 */

declare(strict_types=1);

namespace Latchkey\Redirect;

defined('ABSPATH') || exit;

const MAX_ANSWER_BYTES = 16384;
const BASE_URL = '~^(https://[a-z0-9.-]+|http://(localhost|127\.0\.0\.1))(:\d{1,5})?(/[\w.\~-]+)*\z~i';
const SSO_TOKEN = '~^sso_[0-9a-f]{48}_[A-Za-z0-9_-]{43}\z~';
const TEXT = '~^\P{Cc}*\z~u'; // no control characters, valid UTF-8

// The second is for visitors whom WordPress knows nothing of; they get the page that says so.
add_action('admin_post_latchkey_redirect', __NAMESPACE__ . '\\redirect');
add_action('admin_post_nopriv_latchkey_redirect', __NAMESPACE__ . '\\redirect');

/** Who is signed in to WordPress; nothing that the request says of itself. */
function signed_in_user(string $identifyBy): string
{
    $user = wp_get_current_user();
    if (!$user->exists()) {
        return '';
    }
    return (string) ($identifyBy === 'user_name' ? $user->user_login : $user->user_email);
}

function setting(string $name): string
{
    return (string) (defined($name) ? constant($name) : getenv($name));
}

function read_settings(): ?array
{
    $base = preg_replace('~/\z~', '', setting('LATCHKEY_URL'));
    $ssoToken = setting('LATCHKEY_SSO_TOKEN');
    $identifyBy = setting('LATCHKEY_IDENTIFY_BY') ?: 'email';
    $wrong = match (false) {
        (bool) preg_match(BASE_URL, $base) => 'LATCHKEY_URL is no https address',
        (bool) preg_match(SSO_TOKEN, $ssoToken) => 'LATCHKEY_SSO_TOKEN is no SSO token',
        in_array($identifyBy, ['email', 'user_name'], true) => 'LATCHKEY_IDENTIFY_BY is unknown',
        default => null,
    };
    if ($wrong !== null) {
        error_log("latchkey-redirect: $wrong");
    }
    return $wrong === null ? [$base, $ssoToken, $identifyBy] : null;
}

/** A token lives for 20 seconds: none is asked for by a prefetch, an image or a script. */
function is_followed_link(): bool
{
    $purpose = '';
    foreach (['HTTP_SEC_PURPOSE', 'HTTP_PURPOSE', 'HTTP_X_MOZ'] as $name) {
        $purpose .= ' ' . ($_SERVER[$name] ?? '');
    }
    return stripos($purpose, 'prefetch') === false
        && ($_SERVER['HTTP_SEC_FETCH_MODE'] ?? 'navigate') === 'navigate';
}

function page(int $status, string $heading = 'Invalid response', string $traceId = ''): void
{
    status_header($status);
    $trace = $traceId === '' ? '' : '<p>Trace: ' . esc_html($traceId) . '</p>';
    echo "<!doctype html><meta charset=\"utf-8\"><title>$heading</title><h1>$heading</h1>$trace";
}

function redirect(): void
{
    header('Cache-Control: no-store');
    header('Referrer-Policy: no-referrer');
    header('Content-Type: text/html; charset=utf-8');
    if (($_SERVER['REQUEST_METHOD'] ?? '') !== 'GET') {
        header('Allow: GET');
        page(405);
        return;
    }
    $settings = read_settings();
    if ($settings === null) {
        page(500, 'This link is not set up yet');
        return;
    }
    [$base, $ssoToken, $identifyBy] = $settings;
    if (!is_followed_link()) {
        page(403);
        return;
    }
    $user = signed_in_user($identifyBy);
    if ($user === '' || strlen($user) > 320 || !preg_match(TEXT, $user)) {
        page(403, 'Please sign in first');
        return;
    }
    $target = wp_unslash($_GET['target'] ?? '');
    if (!is_string($target) || strlen($target) > 2048 || !preg_match(TEXT, $target)) {
        page(400);
        return;
    }
    $response = wp_remote_post("$base/tokens", [
        'headers' => ['Authorization' => "Bearer $ssoToken", 'Content-Type' => 'application/json'],
        'body' => json_encode([$identifyBy => $user] + ($target === '' ? [] : ['target' => $target])),
        'timeout' => 5,
        'redirection' => 0,
        'sslverify' => true,
        'limit_response_size' => MAX_ANSWER_BYTES,
    ]);
    $status = is_wp_error($response) ? 0 : (int) wp_remote_retrieve_response_code($response);
    $issued = is_wp_error($response) ? null : json_decode(wp_remote_retrieve_body($response), true);
    $url = is_string($issued['url'] ?? null) ? $issued['url'] : '';
    if ($status === 200 && str_starts_with($url, "$base/sso?") && preg_match('/^[!-~]{1,8192}\z/', $url)) {
        // Not wp_redirect(): plugins that log redirects would keep the token.
        header("Location: $url", true, 303);
        return;
    }
    $traceId = is_string($issued['trace_id'] ?? null) ? $issued['trace_id'] : '';
    $traceId = preg_match('/^trc_\w{1,64}\z/', $traceId) ? $traceId : '';
    error_log("latchkey-redirect: refused with $status $traceId");
    if ($status === 429) {
        $seconds = (string) wp_remote_retrieve_header($response, 'retry-after');
        header('Retry-After: ' . (preg_match('/^\d{1,4}\z/', $seconds) ? $seconds : '60'));
        page(503);
        return;
    }
    page($status === 400 || $status === 403 ? 403 : 502, traceId: $traceId);
}
