// Runs the redirector by itself: `dotnet run`. Nobody is signed in until you add the authentication
// of your portal. In an application that you have, the line that is marked is all it takes.
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddAuthentication(); // yours, such as .AddCookie()

var app = builder.Build();
app.UseAuthentication();
app.MapLatchkeyRedirect(); // the redirector
app.Run();
