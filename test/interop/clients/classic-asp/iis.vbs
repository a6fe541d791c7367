' What classic ASP gives a page, in VBScript: the objects that the redirector uses, and no more.
' Values of the request are filled into the dictionaries before the page runs.
Dim SessionValues, QueryValues, ServerValues, EncodedValues, Environment, Sent
Set SessionValues = CreateObject("Scripting.Dictionary")
Set QueryValues = CreateObject("Scripting.Dictionary")
Set ServerValues = CreateObject("Scripting.Dictionary")
Set EncodedValues = CreateObject("Scripting.Dictionary")
Set Environment = CreateObject("WScript.Shell").Environment("PROCESS")
Sent = ""

Function NewObject(name)
  Set NewObject = CreateObject(name)
End Function

' WaitForResponse of the page: Wine's own waits on and on where no answer comes, so that a test says
' for how long there is none.
Function WaitedFor(request, seconds)
  WaitedFor = False
  If Environment.Item("SILENT_SECONDS") = CStr(seconds) Then Exit Function
  WaitedFor = request.WaitForResponse(seconds)
End Function

Function ValueIn(values, name)
  ValueIn = Empty
  If values.Exists(name) Then ValueIn = values.Item(name)
End Function

Class SessionObject
  Public Default Property Get Item(name)
    Item = ValueIn(SessionValues, name)
  End Property
End Class

Class RequestObject
  Public Property Get QueryString(name)
    QueryString = ValueIn(QueryValues, name)
  End Property
  Public Property Get ServerVariables(name)
    ServerVariables = ValueIn(ServerValues, name)
  End Property
End Class

Class ServerObject
  Public Function CreateObject(name)
    Set CreateObject = NewObject(name)
  End Function
  Public Function HTMLEncode(text)
    HTMLEncode = Replace(Replace(Replace(text, "&", "&amp;"), "<", "&lt;"), ">", "&gt;")
    HTMLEncode = Replace(HTMLEncode, """", "&quot;")
  End Function
  ' Of the request's values it is known beforehand: Wine's VBScript has neither AscW nor ChrW.
  Public Function URLEncode(text)
    URLEncode = Escaped(text)
    If EncodedValues.Exists(text) Then URLEncode = EncodedValues.Item(text)
  End Function
End Class

' For what is printed to the test, all of it in ASCII.
Function Escaped(text)
  Dim index, character
  Escaped = ""
  For index = 1 To Len(text)
    character = Mid(text, index, 1)
    If InStr(1, Plain, character, vbBinaryCompare) > 0 Then
      Escaped = Escaped & character
    Else
      Escaped = Escaped & "%" & Right("0" & Hex(Asc(character)), 2)
    End If
  Next
End Function

Const Plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

Class ResponseObject
  Public Status
  Public CharSet
  Public CacheControl
  Private Body
  Public Sub AddHeader(name, value)
    Sent = Sent & "header " & Escaped(name) & " " & Escaped(value) & vbLf
  End Sub
  Public Sub AppendToLog(text)
    Sent = Sent & "log " & Escaped(text) & vbLf
  End Sub
  Public Sub Write(text)
    Body = Body & text
  End Sub
  ' Response.End of the page: Wine's VBScript knows no names in brackets, and End is a keyword.
  Public Sub EndPage()
    If Status = "" Then Status = "200 OK"
    AddHeader "Cache-Control", CacheControl
    AddHeader "Content-Type", "text/html; Charset=" & CharSet
    Sent = Sent & "body " & Escaped(Body) & vbLf
    WScript.Echo Sent & "status " & Escaped(Status)
    WScript.Quit 0
  End Sub
End Class

Dim Session, Request, Server, Response
Set Session = New SessionObject
Set Request = New RequestObject
Set Server = New ServerObject
Set Response = New ResponseObject
