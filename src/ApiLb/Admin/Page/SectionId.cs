using System.Globalization;

namespace ApiLb.Admin.Page;

/// <summary>The ids of the parts of the page: each is replaced as a whole when it has changed.</summary>
internal static class SectionId
{
    public const string Head = "head";
    public const string Now = "now";
    public const string Listeners = "listeners";
    public const string Etcd = "etcd";
    public const string Certificates = "certificates";
    public const string Events = "events";
    public const string About = "about";

    /// <summary>By its place: names may hold what an id may not.</summary>
    public static string OfPool(int index) => string.Create(CultureInfo.InvariantCulture, $"pool-{index}");
}
