<?php
// A portal that keeps who is signed in in the session of PHP, as if they had signed in before: the
// cookie says who. For tests only.
$session = '';
foreach (['email', 'user_name'] as $name) {
    if (isset($_COOKIE["portal_$name"])) {
        $session .= "$name|" . serialize($_COOKIE["portal_$name"]);
    }
}
if ($session !== '') {
    // Each request has a session of its own: portals that run side by side share the folder.
    $id = bin2hex(random_bytes(16));
    $_COOKIE[session_name()] = $id;
    file_put_contents(session_save_path() . "/sess_$id", $session);
}
unset($session, $name, $id);
