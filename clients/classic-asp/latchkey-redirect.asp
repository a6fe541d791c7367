<%@ Language="VBScript" CodePage="65001" %>
<%
Option Explicit
' Sends a user who is signed in to your portal to a page of the product: put this file on your site
' and link to /latchkey-redirect.asp?target=invoices.html. See README.md beside it.
'
' Settings, from the environment of the application pool: LATCHKEY_URL, LATCHKEY_SSO_TOKEN, and
' LATCHKEY_IDENTIFY_BY (email, or user_name where the SSO token was made for user names).

Const TIMEOUT_SECONDS = 5
Const MAX_ANSWER = 16384
Const BASE_URL = "^(https://[A-Za-z0-9.-]+|http://(localhost|127\.0\.0\.1))(:[0-9]{1,5})?(/[A-Za-z0-9_.~-]+)*$"
Const SSO_TOKEN = "^sso_[0-9a-f]{48}_[A-Za-z0-9_-]{43}$"
Const NO_CONTROL = "^[^\x00-\x1f\x7f-\x9f]*$"

' The one function to adapt: the e-mail address (or user name) of whoever is signed in to YOUR
' portal, empty if nobody is. Take it from your session, never from the query or a form.
Function SignedInUser(identifyBy)
  SignedInUser = "" & Session(identifyBy) ' Session("email") or Session("user_name")
End Function

Function Matches(text, pattern)
  Dim expression
  Set expression = New RegExp
  expression.Pattern = pattern
  Matches = expression.Test(text)
End Function

' The first group of a pattern, empty where the text has none.
Function Find(text, pattern)
  Dim expression, found
  Set expression = New RegExp
  expression.Pattern = pattern
  Set found = expression.Execute(text)
  Find = ""
  If found.Count > 0 Then Find = found(0).SubMatches(0)
End Function

Function ReadSetting(name)
  ReadSetting = "" & Server.CreateObject("WScript.Shell").Environment("PROCESS").Item(name)
End Function

' A token lives for 20 seconds: none is asked for by a prefetch, an image or a script.
Function IsFollowedLink()
  Dim purpose, mode
  purpose = Request.ServerVariables("HTTP_SEC_PURPOSE") & " " & _
    Request.ServerVariables("HTTP_PURPOSE") & " " & Request.ServerVariables("HTTP_X_MOZ")
  mode = "" & Request.ServerVariables("HTTP_SEC_FETCH_MODE")
  IsFollowedLink = InStr(1, purpose, "prefetch", vbTextCompare) = 0 And (mode = "" Or mode = "navigate")
End Function

Sub ShowPage(status, heading, traceId)
  Response.Status = status
  Response.Write "<!doctype html><meta charset=""utf-8""><title>" & heading & "</title><h1>" & heading & "</h1>"
  If traceId <> "" Then Response.Write "<p>Trace: " & Server.HTMLEncode(traceId) & "</p>"
  Response.End
End Sub

' One request, five seconds in all. WinHttpRequest and not ServerXMLHTTP: that one follows redirects.
Sub AskForToken(url, token, form, status, retryAfter, answer)
  Dim http
  status = 0
  On Error Resume Next
  Set http = Server.CreateObject("WinHttp.WinHttpRequest.5.1")
  http.Open "POST", url, True
  http.Option(6) = False ' EnableRedirects
  http.SetAutoLogonPolicy 2 ' never sends Windows credentials
  http.SetRequestHeader "Authorization", "Bearer " & token
  http.SetRequestHeader "Content-Type", "application/x-www-form-urlencoded"
  If Err.Number <> 0 Then Exit Sub
  http.Send form
  If Not http.WaitForResponse(TIMEOUT_SECONDS) Then
    http.Abort
    Exit Sub
  End If
  answer = http.ResponseText
  If Err.Number = 0 And Len(answer) <= MAX_ANSWER Then status = http.Status
  retryAfter = http.GetResponseHeader("Retry-After") ' an error where there is none
End Sub

Sub Redirect()
  Dim base, token, identifyBy, wrong, user, target, form, status, retryAfter, seconds, answer, url, traceId
  Response.CharSet = "utf-8"
  Response.CacheControl = "no-store"
  Response.AddHeader "Referrer-Policy", "no-referrer"
  If Request.ServerVariables("REQUEST_METHOD") <> "GET" Then
    Response.AddHeader "Allow", "GET"
    ShowPage "405 Method Not Allowed", "Invalid response", ""
  End If
  base = ReadSetting("LATCHKEY_URL")
  If Right(base, 1) = "/" Then base = Left(base, Len(base) - 1)
  token = ReadSetting("LATCHKEY_SSO_TOKEN")
  identifyBy = ReadSetting("LATCHKEY_IDENTIFY_BY")
  If identifyBy = "" Then identifyBy = "email"
  wrong = ""
  If Not Matches(identifyBy, "^(email|user_name)$") Then wrong = "LATCHKEY_IDENTIFY_BY"
  If Not Matches(token, SSO_TOKEN) Then wrong = "LATCHKEY_SSO_TOKEN"
  If Not Matches(base, BASE_URL) Then wrong = "LATCHKEY_URL"
  If wrong <> "" Then
    Response.AppendToLog " latchkey-redirect:wrong:" & wrong
    ShowPage "500 Internal Server Error", "This link is not set up yet", ""
  End If
  If Not IsFollowedLink() Then ShowPage "403 Forbidden", "Invalid response", ""
  user = SignedInUser(identifyBy)
  If user = "" Or Len(user) > 320 Or Not Matches(user, NO_CONTROL) Then
    ShowPage "403 Forbidden", "Please sign in first", ""
  End If
  target = "" & Request.QueryString("target")
  If Len(target) > 2048 Or Not Matches(target, NO_CONTROL) Then
    ShowPage "400 Bad Request", "Invalid response", ""
  End If
  form = identifyBy & "=" & Server.URLEncode(user)
  If target <> "" Then form = form & "&target=" & Server.URLEncode(target)
  AskForToken base & "/tokens", token, form, status, retryAfter, answer
  url = Find(answer, """url""\s*:\s*""([^""\\]+)""")
  If status = 200 And Left(url, Len(base) + 5) = base & "/sso?" And Len(url) <= 8192 And Matches(url, "^[!-~]+$") Then
    Response.Status = "303 See Other"
    Response.AddHeader "Location", url
    Response.End
  End If
  traceId = Find(answer, """trace_id""\s*:\s*""(trc_[0-9A-Za-z_]{1,64})""")
  Response.AppendToLog " latchkey-redirect:" & status & ":" & traceId
  If status = 429 Then
    seconds = Find(retryAfter, "^([0-9]{1,4})\b")
    If seconds = "" Then seconds = "60"
    Response.AddHeader "Retry-After", seconds
    ShowPage "503 Service Unavailable", "Invalid response", ""
  End If
  If status = 400 Or status = 403 Then ShowPage "403 Forbidden", "Invalid response", traceId
  ShowPage "502 Bad Gateway", "Invalid response", traceId
End Sub

Redirect
%>
