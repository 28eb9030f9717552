using ApiLb.Configuration.Values;
using ApiLb.Configuration.Yaml;

namespace ApiLb.Configuration.Binding;

/// <summary>Binds <c>upstream</c> of a pool.</summary>
internal sealed class UpstreamBinder(HealthFilesCheck files)
{
    private static readonly string[] ForTls = ["caFile", "serverName", "clientCertificateFile", "clientKeyFile"];

    public UpstreamOptions Bind(SectionReader section)
    {
        var defaults = new UpstreamOptions();
        var upstream = new UpstreamOptions
        {
            Protocol = section.Find("protocol") is { } protocol && protocol.TryRead(Choice.Of<UpstreamProtocol>(), out var word) ? word : null,
            Http2 = section.Read("http2", Flag.Parse, defaults.Http2),
            CaFile = files.Ca.Read(section, "caFile"),
            ServerName = section.Find("serverName") is { } name && name.TryRead(Values.ServerName.Parse, out var text) ? text : null,
            ClientCertificateFile = files.Credentials.ReadCertificate(section, "clientCertificateFile", "clientKeyFile", out var clientKeyFile),
            ClientKeyFile = clientKeyFile,
        };
        foreach (var key in ForTls.Where(key => section.Has(key) && upstream.Protocol == UpstreamProtocol.Http))
        {
            section.Warn(key, "has no effect with protocol http");
        }

        if (section.Has("clientCertificateFile") != section.Has("clientKeyFile"))
        {
            section.ReportMissing(section.Has("clientKeyFile") ? "clientCertificateFile" : "clientKeyFile", "a certificate and its key belong together");
        }

        section.ReportUnknownKeys();
        return upstream;
    }
}
