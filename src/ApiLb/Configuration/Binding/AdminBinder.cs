using ApiLb.Configuration.Values;
using ApiLb.Configuration.Yaml;

namespace ApiLb.Configuration.Binding;

/// <summary>Binds <c>admin</c>.</summary>
internal static class AdminBinder
{
    public static AdminOptions Bind(SectionReader section, BoundAddresses bound)
    {
        var defaults = new AdminOptions();
        var admin = new AdminOptions
        {
            Socket = section.ReadOrNone("socket", UnixPath.Parse, defaults.Socket),
            Listen = section.ReadOrNone("listen", BindAddress.ParseIp, defaults.Listen),
            HaproxySocket = section.ReadOrNone("haproxySocket", UnixPath.Parse, defaults.HaproxySocket),
            HaproxyMetrics = section.Read("haproxyMetrics", Flag.Parse, defaults.HaproxyMetrics),
        };
        if (admin.HaproxySocket is { } path && path == admin.Socket)
        {
            section.Error("haproxySocket", "is admin.socket already; give it a path of its own, such as /run/apilb/haproxy.sock");
        }

        if (admin.Listen is { } endPoint)
        {
            var owner = section.Has("listen") ? "admin.listen" : $"admin.listen (by default {endPoint})";
            _ = bound.TryAdd(endPoint, owner, out _);
        }

        section.ReportUnknownKeys();
        return admin;
    }
}
