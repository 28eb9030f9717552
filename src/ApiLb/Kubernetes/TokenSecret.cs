namespace ApiLb.Kubernetes;

/// <summary>A Secret of type <c>kubernetes.io/service-account-token</c>, which the controller manager fills.</summary>
internal sealed record TokenSecret(TokenSecret.SecretData? Data)
{
    /// <param name="Token">Base64 of the token.</param>
    internal sealed record SecretData(string? Token);
}
