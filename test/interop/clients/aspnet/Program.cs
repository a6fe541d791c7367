// A portal whose session is a cookie that says who it is of: for tests only.
using System.Security.Claims;

var builder = WebApplication.CreateBuilder(args);
var app = builder.Build();
app.Use((HttpContext context, RequestDelegate next) =>
{
    var claims = new List<Claim>();
    if (context.Request.Cookies["portal_email"] is { } email) claims.Add(new Claim(ClaimTypes.Email, email));
    if (context.Request.Cookies["portal_user_name"] is { } name) claims.Add(new Claim(ClaimTypes.Name, name));
    if (claims.Count > 0) context.User = new ClaimsPrincipal(new ClaimsIdentity(claims, "test"));
    return next(context);
});
app.MapLatchkeyRedirect();
app.Run();
