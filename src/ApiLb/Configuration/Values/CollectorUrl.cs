namespace ApiLb.Configuration.Values;

/// <summary>Where a collector takes OTLP: <c>http://127.0.0.1:4318</c>, also with a path.</summary>
internal static class CollectorUrl
{
    private const string Example = "write a URL such as http://127.0.0.1:4318 or https://otel.example.com:4317";

    public static Parsed<Uri> Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            return Failed(text, $"is no http or https URL; {Example}");
        }

        if (url.UserInfo.Length > 0)
        {
            return Failed(text, "has a user in it; put credentials into headersFile");
        }

        return url.Query.Length > 0 || url.Fragment.Length > 0 ? Failed(text, $"has a query or a fragment; {Example}") : Parsed<Uri>.Of(url);
    }

    private static Parsed<Uri> Failed(string text, string problem) => Parsed<Uri>.Failed($"{Quoted.Of(text)} {problem}");
}
