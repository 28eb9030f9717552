namespace ApiLb.Configuration;

/// <summary>Whether clients of an <c>https</c> listener show a certificate.</summary>
internal enum ClientCertificates
{
    /// <summary>They are not asked for one.</summary>
    None,

    /// <summary>They may; one that is not trusted ends the handshake.</summary>
    Allow,

    /// <summary>Without a trusted one the handshake ends.</summary>
    Require,
}
