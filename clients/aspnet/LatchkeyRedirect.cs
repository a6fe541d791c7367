// Sends a user who is signed in to your portal to a page of the product: add this file, call
// app.MapLatchkeyRedirect(), link to /latchkey-redirect?target=invoices.html. See README.md.
//
// Settings, from configuration (the environment, or user secrets): LATCHKEY_URL,
// LATCHKEY_SSO_TOKEN, and LATCHKEY_IDENTIFY_BY (email, or user_name where the SSO token was made
// for user names).
using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

public static class LatchkeyRedirect
{
    private const string Neutral = "Invalid response";
    private const string BaseUrl =
        @"^(https://[A-Za-z0-9.-]+|http://(localhost|127\.0\.0\.1))(:[0-9]{1,5})?(/[A-Za-z0-9_.~-]+)*\z";

    private sealed record Settings(string Url, string SsoToken, string IdentifyBy);

    // Verifies certificates, follows no redirects; the time limit holds for the whole call.
    private static readonly HttpClient Client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    })
    {
        Timeout = TimeSpan.FromSeconds(5),
        MaxResponseContentBufferSize = 16_384,
    };

    public static IEndpointConventionBuilder MapLatchkeyRedirect(this IEndpointRouteBuilder routes)
    {
        var settings = ReadSettings(routes.ServiceProvider.GetRequiredService<IConfiguration>());
        var log = routes.ServiceProvider.GetRequiredService<ILoggerFactory>().CreateLogger("LatchkeyRedirect");
        return routes.Map("/latchkey-redirect", (RequestDelegate)(context => RedirectAsync(context, settings, log)));
    }

    /// <summary>
    /// The one method to adapt: the e-mail address (or user name) of whoever is signed in to YOUR
    /// portal, null if nobody is. Never take it from the query or a form.
    /// </summary>
    private static string? SignedInUser(ClaimsPrincipal user, string identifyBy)
    {
        if (user.Identity is not { IsAuthenticated: true }) return null;
        if (identifyBy == "user_name") return user.Identity.Name;
        return user.FindFirst(ClaimTypes.Email)?.Value ?? user.FindFirst("email")?.Value;
    }

    private static Settings ReadSettings(IConfiguration configuration)
    {
        var url = configuration["LATCHKEY_URL"] ?? "";
        if (url.EndsWith('/')) url = url[..^1];
        var ssoToken = configuration["LATCHKEY_SSO_TOKEN"] ?? "";
        var identifyBy = configuration["LATCHKEY_IDENTIFY_BY"] ?? "email";
        if (!Regex.IsMatch(url, BaseUrl))
            throw new InvalidOperationException("LATCHKEY_URL is no https address");
        if (!Regex.IsMatch(ssoToken, @"^sso_[0-9a-f]{48}_[A-Za-z0-9_-]{43}\z"))
            throw new InvalidOperationException("LATCHKEY_SSO_TOKEN is no SSO token");
        if (identifyBy is not ("email" or "user_name"))
            throw new InvalidOperationException("LATCHKEY_IDENTIFY_BY is neither email nor user_name");
        return new Settings(url, ssoToken, identifyBy);
    }

    private static async Task RedirectAsync(HttpContext context, Settings settings, ILogger log)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        if (!HttpMethods.IsGet(context.Request.Method))
        {
            headers.Allow = "GET";
            await ShowPage(context, 405);
            return;
        }
        if (!IsFollowedLink(context.Request.Headers))
        {
            await ShowPage(context, 403);
            return;
        }
        var user = SignedInUser(context.User, settings.IdentifyBy);
        if (string.IsNullOrEmpty(user) || user.Length > 320 || user.Any(char.IsControl))
        {
            await ShowPage(context, 403, "Please sign in first");
            return;
        }
        var target = context.Request.Query["target"].FirstOrDefault() ?? "";
        if (target.Length > 2048 || target.Any(char.IsControl))
        {
            await ShowPage(context, 400);
            return;
        }
        try
        {
            await AskForToken(context, settings, log, user, target);
        }
        catch (Exception error) when (!context.Response.HasStarted)
        {
            log.LogError("No answer: {Error}", error.GetType().Name); // not its text: that may tell more
            await ShowPage(context, 502);
        }
    }

    /// <summary>A token lives for 20 seconds: none for a prefetch, an image or a script.</summary>
    private static bool IsFollowedLink(IHeaderDictionary headers)
    {
        var purpose = $"{headers["Sec-Purpose"]} {headers["Purpose"]} {headers["X-Moz"]}";
        var mode = headers["Sec-Fetch-Mode"].ToString();
        return !purpose.Contains("prefetch", StringComparison.OrdinalIgnoreCase) && (mode is "" or "navigate");
    }

    private static async Task AskForToken(
        HttpContext context, Settings settings, ILogger log, string user, string target)
    {
        var body = new Dictionary<string, string> { [settings.IdentifyBy] = user };
        if (target != "") body["target"] = target;
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{settings.Url}/tokens");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", settings.SsoToken);
        request.Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        using var response = await Client.SendAsync(request, context.RequestAborted);
        var issued = Parse(await response.Content.ReadAsStringAsync());
        var status = (int)response.StatusCode;
        var url = Text(issued, "url");
        if (status == 200 && url.StartsWith($"{settings.Url}/sso?", StringComparison.Ordinal)
            && Regex.IsMatch(url, @"^[!-~]{1,8192}\z"))
        {
            context.Response.StatusCode = 303;
            context.Response.Headers.Location = url;
            return;
        }
        var traceId = Text(issued, "trace_id");
        if (!Regex.IsMatch(traceId, @"^trc_[0-9A-Za-z_]{1,64}\z")) traceId = "";
        log.LogError("Refused with {Status} {TraceId}", status, traceId);
        if (status == 429)
        {
            var seconds = response.Headers.RetryAfter?.Delta?.TotalSeconds ?? 60;
            context.Response.Headers.RetryAfter = $"{Math.Clamp(seconds, 1, 9999):0}";
            await ShowPage(context, 503);
            return;
        }
        await ShowPage(context, status is 400 or 403 ? 403 : 502, Neutral, traceId);
    }

    private static JsonElement Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(text);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static string Text(JsonElement issued, string name) =>
        issued.ValueKind == JsonValueKind.Object && issued.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String ? value.GetString() ?? "" : "";

    private static Task ShowPage(HttpContext context, int status, string heading = Neutral, string traceId = "")
    {
        var trace = traceId == "" ? "" : $"<p>Trace: {HtmlEncoder.Default.Encode(traceId)}</p>";
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(
            $"<!doctype html><meta charset=\"utf-8\"><title>{heading}</title><h1>{heading}</h1>{trace}");
    }
}
