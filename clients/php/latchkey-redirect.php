<?php
// Sends a user who is signed in to your portal to a page of the product: put this file on your site
// and link to /latchkey-redirect.php?target=invoices.html. See README.md beside it.
//
// Settings: LATCHKEY_URL, LATCHKEY_SSO_TOKEN, and LATCHKEY_IDENTIFY_BY (email, or user_name where
// the SSO token was made for user names), from latchkey-config.php one folder above the web root,
// or from the environment. Needs PHP 8 with curl.

declare(strict_types=1);

namespace Latchkey\Redirect;

const TIMEOUT_MS = 5000;
const MAX_ANSWER_BYTES = 16384;
const BASE_URL = '~^(https://[a-z0-9.-]+|http://(localhost|127\.0\.0\.1))(:\d{1,5})?(/[\w.\~-]+)*\z~i';
const SSO_TOKEN = '~^sso_[0-9a-f]{48}_[A-Za-z0-9_-]{43}\z~';
const TEXT = '~^\P{Cc}*\z~u'; // no control characters, valid UTF-8

/**
 * The one function to adapt: the e-mail address (or user name) of whoever is signed in to YOUR
 * portal, null if nobody is. Take it from your session, never from the query or a form.
 */
function signed_in_user(string $identifyBy): mixed
{
    if (session_status() !== PHP_SESSION_ACTIVE && isset($_COOKIE[session_name()])) {
        session_start(['read_and_close' => true, 'cache_limiter' => '']);
    }
    return $_SESSION[$identifyBy] ?? null; // $_SESSION['email'] or $_SESSION['user_name']
}

function read_settings(): ?array
{
    $file = dirname((string) realpath($_SERVER['DOCUMENT_ROOT'] ?? '')) . '/latchkey-config.php';
    $settings = is_file($file) ? (array) require $file : getenv();
    $base = preg_replace('~/\z~', '', (string) ($settings['LATCHKEY_URL'] ?? ''));
    $ssoToken = (string) ($settings['LATCHKEY_SSO_TOKEN'] ?? '');
    $identifyBy = (string) ($settings['LATCHKEY_IDENTIFY_BY'] ?? 'email');
    $wrong = match (false) {
        (bool) preg_match(BASE_URL, $base) => 'LATCHKEY_URL is no https address',
        (bool) preg_match(SSO_TOKEN, $ssoToken) => 'LATCHKEY_SSO_TOKEN is no SSO token',
        in_array($identifyBy, ['email', 'user_name'], true) => 'LATCHKEY_IDENTIFY_BY is unknown',
        function_exists('curl_init') => 'PHP has no curl extension',
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

/** @return array{int, string, array} status, Retry-After and answer; status 0 where there is none */
function ask_for_token(string $base, #[\SensitiveParameter] string $ssoToken, string $json): array
{
    $text = '';
    $retryAfter = '';
    $curl = curl_init("$base/tokens");
    curl_setopt_array($curl, [
        CURLOPT_POSTFIELDS => $json,
        CURLOPT_HTTPHEADER => ["Authorization: Bearer $ssoToken", 'Content-Type: application/json'],
        CURLOPT_TIMEOUT_MS => TIMEOUT_MS, // for the whole call
        CURLOPT_FOLLOWLOCATION => false,
        CURLOPT_SSL_VERIFYPEER => true,
        CURLOPT_SSL_VERIFYHOST => 2,
        CURLOPT_HEADERFUNCTION => static function ($curl, string $line) use (&$retryAfter): int {
            if (preg_match('~^retry-after:\s*(\d{1,4})\s*\z~i', $line, $match)) {
                $retryAfter = $match[1];
            }
            return strlen($line);
        },
        CURLOPT_WRITEFUNCTION => static function ($curl, string $part) use (&$text): int {
            $text .= $part;
            return strlen($text) > MAX_ANSWER_BYTES ? 0 : strlen($part); // 0 ends the call
        },
    ]);
    $done = curl_exec($curl);
    $status = $done ? (int) curl_getinfo($curl, CURLINFO_RESPONSE_CODE) : 0;
    $issued = json_decode($text, true);
    return [$status, $retryAfter, is_array($issued) ? $issued : []];
}

function page(int $status, string $heading = 'Invalid response', string $traceId = ''): void
{
    http_response_code($status);
    $trace = $traceId === '' ? '' : '<p>Trace: ' . htmlspecialchars($traceId) . '</p>';
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
    header('Cache-Control: no-store'); // again: a session may have set its own
    if (!is_string($user) || $user === '' || strlen($user) > 320 || !preg_match(TEXT, $user)) {
        page(403, 'Please sign in first');
        return;
    }
    $target = $_GET['target'] ?? '';
    if (!is_string($target) || strlen($target) > 2048 || !preg_match(TEXT, $target)) {
        page(400);
        return;
    }
    $body = [$identifyBy => $user] + ($target === '' ? [] : ['target' => $target]);
    [$status, $retryAfter, $issued] = ask_for_token($base, $ssoToken, json_encode($body));
    $url = is_string($issued['url'] ?? null) ? $issued['url'] : '';
    if ($status === 200 && str_starts_with($url, "$base/sso?") && preg_match('/^[!-~]{1,8192}\z/', $url)) {
        header("Location: $url", true, 303);
        return;
    }
    $traceId = is_string($issued['trace_id'] ?? null) ? $issued['trace_id'] : '';
    $traceId = preg_match('/^trc_\w{1,64}\z/', $traceId) ? $traceId : '';
    error_log("latchkey-redirect: refused with $status $traceId");
    if ($status === 429) {
        header('Retry-After: ' . ($retryAfter === '' ? '60' : $retryAfter));
        page(503);
        return;
    }
    page($status === 400 || $status === 403 ? 403 : 502, traceId: $traceId);
}

redirect();
