using System.Security.Cryptography;
using System.Text;

namespace ApiLb.Admin.Page;

/// <summary>
/// The page's style and script. They stand in the page itself, and its policy names their hashes: nothing else runs or is
/// fetched, whatever a backend's name may say.
/// </summary>
internal static class PageAssets
{
    private static readonly string StyleText = Read("page.css");
    private static readonly string ScriptText = Read("page.js");

    public static Html Style { get; } = Html.Trusted(StyleText);

    public static Html Script { get; } = Html.Trusted(ScriptText);

    /// <summary>Changes with every version of them, so that a page of before an upgrade can load itself anew.</summary>
    public static string Version { get; } = HashOf(StyleText + ScriptText)[..12];

    public static string Policy { get; } =
        $"default-src 'none'; style-src 'sha256-{HashOf(StyleText)}'; script-src 'sha256-{HashOf(ScriptText)}'; connect-src 'self'; img-src data:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static string HashOf(string text) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Read(string name)
    {
        var resource = typeof(PageAssets).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not built in");
#pragma warning disable MA0045 // It lies in memory: nothing is waited for.
        using var reader = new StreamReader(resource);
        return reader.ReadToEnd();
#pragma warning restore MA0045
    }
}
