using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace ApiLb.Kubernetes.Introduction;

/// <summary>
/// A bootstrap token, <c>ID.SECRET</c> (https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/). Immutable.
/// </summary>
internal sealed partial record BootstrapToken
{
    private BootstrapToken(string id, string secret)
    {
        Id = id;
        Secret = secret;
    }

    /// <summary>Six characters, no secret.</summary>
    public string Id { get; }

    /// <summary>Sixteen characters. Never sent anywhere: it only verifies a signature.</summary>
    public string Secret { get; }

    public static bool TryParse(string text, [NotNullWhen(true)] out BootstrapToken? token)
    {
        var match = Form().Match(text);
        token = match.Success ? new BootstrapToken(match.Groups["id"].Value, match.Groups["secret"].Value) : null;
        return match.Success;
    }

    /// <summary>Never the secret: records are easily logged.</summary>
    public override string ToString() => Id;

    [GeneratedRegex(@"\A(?<id>[a-z0-9]{6})\.(?<secret>[a-z0-9]{16})\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
