using ApiLb.Configuration.Values;
using ApiLb.Configuration.Yaml;

namespace ApiLb.Configuration.Binding;

/// <summary>Binds <c>tls</c> of a listener.</summary>
internal sealed class ListenerTlsBinder(HealthFilesCheck files)
{
    private const string Origin = "it is the CA that signed the certificates of your clients";

    public ListenerTlsOptions Bind(SectionReader section)
    {
        var certificates = BindCertificates(section);
        var defaults = new ListenerTlsOptions();
        var tls = new ListenerTlsOptions
        {
            CertificateFile = files.Credentials.ReadCertificate(section, "certificateFile", "keyFile", out var keyFile),
            KeyFile = keyFile,
            Certificates = certificates,
            ClientCertificates = section.Read("clientCertificates", Choice.Of<ClientCertificates>(), defaults.ClientCertificates),
            ClientCaFile = files.Ca.Read(section, "clientCaFile", Origin),
            MinimumVersion = section.Read("minimumVersion", TlsVersion.Parse, defaults.MinimumVersion),
        };
        RequirePairs(section);
        RequireClientCa(section, tls);
        section.ReportUnknownKeys();
        return tls;
    }

    private List<CertificateOptions> BindCertificates(SectionReader section)
    {
        if (section.Find("certificates") is not { } setting)
        {
            return [];
        }

        if (setting.IsEmpty)
        {
            setting.Error("is empty; list at least one mapping of certificateFile and keyFile, or remove the line");
        }

        return [.. setting.Items().Select(item => BindCertificate(item.Section()))];
    }

    private CertificateOptions BindCertificate(SectionReader section)
    {
        var certificate = files.Credentials.ReadCertificate(section, "certificateFile", "keyFile", out var keyFile);
        foreach (var key in (string[])["certificateFile", "keyFile"])
        {
            if (!section.Has(key))
            {
                section.ReportMissing(key, "a certificate and its key belong together");
            }
        }

        section.ReportUnknownKeys();
        return new CertificateOptions { CertificateFile = certificate ?? "", KeyFile = keyFile ?? "" };
    }

    private static void RequirePairs(SectionReader section)
    {
        var (hasCertificate, hasKey) = (section.Has("certificateFile"), section.Has("keyFile"));
        if (hasCertificate != hasKey)
        {
            section.ReportMissing(hasCertificate ? "keyFile" : "certificateFile", "a certificate and its key belong together");
        }
        else if (!hasCertificate && !section.Has("certificates") && !section.IsUnreadable)
        {
            section.ReportMissing("certificateFile", "an https listener shows its clients a certificate: give certificateFile and keyFile, or certificates");
        }
    }

    private static void RequireClientCa(SectionReader section, ListenerTlsOptions tls)
    {
        if (tls.ClientCertificates != ClientCertificates.None && !section.Has("clientCaFile"))
        {
            section.ReportMissing("clientCaFile", $"clientCertificates: {Choice.WordOf(tls.ClientCertificates)} needs the CA that signed the certificates of your clients");
        }
        else if (tls.ClientCertificates == ClientCertificates.None && section.Has("clientCaFile"))
        {
            section.Warn("clientCaFile", "has no effect without clientCertificates: allow or require");
        }
    }
}
