using System.Text;
using ApiLb.Configuration.Values;
using ApiLb.Configuration.Yaml;

namespace ApiLb.Configuration.Binding;

/// <summary>
/// Remembers every pair of <c>clientCertificateFile</c> and <c>clientKeyFile</c> while the file is bound, and looks at them
/// afterwards, as <see cref="CaFileCheck"/> does.
/// </summary>
/// <param name="folder">Where the configuration file is.</param>
internal sealed class ClientCertificateCheck(string folder)
{
    private const string CertificateKey = "clientCertificateFile";
    private const string PrivateKey = "clientKeyFile";
    private const int MaximumBytes = 1024 * 1024;

    private readonly List<Pair> _pairs = [];

    /// <summary>The absolute paths, or nulls when the section does not have both.</summary>
    public (string? Certificate, string? PrivateKey) Read(SectionReader section)
    {
        var certificate = ReadPath(section, CertificateKey);
        var key = ReadPath(section, PrivateKey);
        if (section.Has(CertificateKey) != section.Has(PrivateKey))
        {
            var (there, missing) = section.Has(CertificateKey) ? (CertificateKey, PrivateKey) : (PrivateKey, CertificateKey);
            section.ReportMissing(missing, $"{there} is of no use without it");
            return (null, null);
        }

        if (certificate is null || key is null)
        {
            return (null, null);
        }

        _pairs.Add(new Pair(certificate, key, section));
        return (certificate, key);
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var (certificatePath, keyPath, section) in _pairs)
        {
            var certificate = await ReadAsync(section, CertificateKey, certificatePath, cancellationToken).ConfigureAwait(false);
            var key = await ReadAsync(section, PrivateKey, keyPath, cancellationToken).ConfigureAwait(false);
            if (certificate is null || key is null)
            {
                continue;
            }

            if (ClientCertificates.FindProblemOfCertificate(certificate) is { } fault)
            {
                section.Error(CertificateKey, $"{Quoted.Shorten(certificatePath)} {fault}");
            }
            else if (ClientCertificates.FindProblemOfKey(certificate, key) is { } keyFault)
            {
                section.Error(PrivateKey, $"{Quoted.Shorten(keyPath)} {keyFault}");
            }
        }
    }

    private string? ReadPath(SectionReader section, string key) =>
        section.Find(key) is { } setting && setting.TryRead(FilePath.Parse, out var path) ? Path.GetFullPath(path, folder) : null;

    private static async Task<string?> ReadAsync(SectionReader section, string key, string path, CancellationToken cancellationToken)
    {
        var content = await BoundedFile.ReadAsync(path, MaximumBytes, cancellationToken).ConfigureAwait(false);
        if (content.TryGet(out var bytes, out var problem))
        {
            return Encoding.UTF8.GetString(bytes);
        }

        section.Error(key, $"{problem}; the user apilb must be able to read it");
        return null;
    }

    private sealed record Pair(string Certificate, string PrivateKey, SectionReader Section);
}
