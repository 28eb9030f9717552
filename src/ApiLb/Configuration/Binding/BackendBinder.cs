using ApiLb.Configuration.Values;
using ApiLb.Configuration.Yaml;

namespace ApiLb.Configuration.Binding;

/// <summary>Binds one entry of <c>backends</c>: <c>address</c>, <c>name=address</c>, or a mapping.</summary>
internal static class BackendBinder
{
    private const int MostConnections = 1_000_000;

    /// <summary>Null when there is no usable address; that is then reported.</summary>
    public static BackendOptions? Bind(SettingReader item)
    {
        if (item.IsMapping)
        {
            return BindMapping(item.Section());
        }

        return item.TryRead(ParseShort, out var backend) ? backend : null;
    }

    private static Parsed<BackendOptions> ParseShort(string text)
    {
        var equals = text.StartsWith(UnixPath.Prefix, StringComparison.Ordinal) ? -1 : text.IndexOf('=', StringComparison.Ordinal);
        var address = text[(equals + 1)..];
        if (!ServerAddress.Parse(address).TryGet(out var parsed, out var problem))
        {
            return Parsed<BackendOptions>.Failed(problem);
        }

        if (equals >= 0 && !Name.Parse(text[..equals]).TryGet(out _, out problem))
        {
            return Parsed<BackendOptions>.Failed(problem);
        }

        return Parsed<BackendOptions>.Of(new BackendOptions { Name = equals < 0 ? text : text[..equals], Address = parsed });
    }

    private static BackendOptions? BindMapping(SectionReader section)
    {
        var name = section.Read("name", Name.Parse, "");
        var hasAddress = section.TryRequire("address", ServerAddress.Parse, "write HOST:PORT or unix:/path", out var address);
        var weight = section.Read("weight", WholeNumber.Between(0, BackendOptions.MaximumWeight), 1);
        var isBackup = section.Read("backup", Flag.Parse, false);
        int? maxConnections = section.Find("maxConnections") is { } setting && setting.TryRead(WholeNumber.Between(1, MostConnections), out var most) ? most : null;
        section.ReportUnknownKeys();
        return hasAddress
            ? new BackendOptions
            {
                Name = name.Length > 0 ? name : address!.ToString(),
                Address = address!,
                Weight = weight,
                IsBackup = isBackup,
                MaxConnections = maxConnections,
            }
            : null;
    }
}
