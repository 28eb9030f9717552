namespace ApiLb.Import;

/// <summary>Whose configuration is imported.</summary>
internal enum ImportFormat
{
    HaProxy,

    /// <summary>The <c>stream</c> block of nginx.</summary>
    Nginx,
}
