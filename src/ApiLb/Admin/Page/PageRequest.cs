using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace ApiLb.Admin.Page;

/// <summary>Answers browsers: the page, and the stream that keeps it up to date.</summary>
internal sealed class PageRequest(PageFeed feed)
{
    private static readonly KeyValuePair<string, string>[] Fences =
    [
        new("Content-Security-Policy", PageAssets.Policy),
        new("Cross-Origin-Opener-Policy", "same-origin"),
        new("Cross-Origin-Resource-Policy", "same-origin"),
        new("Referrer-Policy", "no-referrer"),
        new("X-Frame-Options", "DENY"),
        new("Vary", "Accept"),
    ];

    /// <summary>Whether who asks can show a page; curl and scrapers get text.</summary>
    public static bool WantsPage(HttpRequest request) => request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    public AdminAnswer Page() =>
        new(StatusCodes.Status200OK, "text/html; charset=utf-8", Encoding.UTF8.GetBytes(PageRenderer.Document(feed.Current()).ToString())) { Headers = Fences };

    public AdminAnswer Live(HttpRequest request)
    {
        if (IsOfAnotherSite(request.Headers["Sec-Fetch-Site"]))
        {
            return AdminAnswer.Refused("the page's own script asks for this, no other site's", StatusCodes.Status403Forbidden);
        }

        var answer = new AdminAnswer(StatusCodes.Status200OK, "text/event-stream; charset=utf-8", []) { Headers = Fences };
        if (HttpMethods.IsHead(request.Method))
        {
            return answer;
        }

        return feed.TrySubscribe() is { } subscription
            ? answer with { Follow = subscription }
            : AdminAnswer.Refused($"{PageFeed.MostSubscriptions} browsers look already; close one", StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>A page elsewhere could not read the stream, but take the places of those who may (https://www.w3.org/TR/fetch-metadata/).</summary>
    private static bool IsOfAnotherSite(StringValues site) => site.ToString() is { Length: > 0 } and not ("same-origin" or "none");
}
