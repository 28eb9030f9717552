namespace ApiLb.Kubernetes;

/// <summary>A bearer token.</summary>
/// <param name="Value">Secret.</param>
/// <param name="ExpiresAt">Null: never.</param>
internal sealed record AccountToken(string Value, DateTimeOffset? ExpiresAt)
{
    /// <summary>Never the token: records are easily logged.</summary>
    public override string ToString() => $"token until {ExpiresAt?.ToString("u", System.Globalization.CultureInfo.InvariantCulture) ?? "ever"}";
}
