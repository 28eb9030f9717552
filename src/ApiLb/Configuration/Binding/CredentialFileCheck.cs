using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ApiLb.Configuration.Values;
using ApiLb.Configuration.Yaml;

namespace ApiLb.Configuration.Binding;

/// <summary>
/// Remembers the certificates, keys and tokens by which ApiLb identifies itself, and looks at them afterwards. Messages never
/// repeat what the files hold.
/// </summary>
/// <param name="folder">Where the configuration file is: relative paths start there.</param>
/// <param name="time">The wall clock, for the certificates' dates.</param>
internal sealed class CredentialFileCheck(string folder, TimeProvider time)
{
    private const int MaximumBytes = 1024 * 1024;

    private readonly List<((string Path, SettingReader Setting) Certificate, (string Path, SettingReader Setting) Key)> _pairs = [];
    private readonly List<(string Path, SettingReader Setting)> _tokens = [];

    /// <summary>The absolute paths, or null where the section has none.</summary>
    public string? ReadCertificate(SectionReader section, string certificateKey, string keyKey, out string? keyPath)
    {
        var certificate = Read(section, certificateKey);
        var key = Read(section, keyKey);
        if (certificate is not null && key is not null)
        {
            _pairs.Add((certificate.Value, key.Value));
        }

        keyPath = key?.Path;
        return certificate?.Path;
    }

    /// <summary>The absolute path, or null when the section has none.</summary>
    public string? ReadToken(SectionReader section, string key)
    {
        if (Read(section, key) is not { } token)
        {
            return null;
        }

        _tokens.Add(token);
        return token.Path;
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var (certificate, key) in _pairs)
        {
            var certificatePem = await ContentAsync(certificate, cancellationToken).ConfigureAwait(false);
            var keyPem = await ContentAsync(key, cancellationToken).ConfigureAwait(false);
            if (certificatePem is not null && keyPem is not null)
            {
                Judge(certificate.Setting, certificatePem, key, keyPem);
            }
        }

        foreach (var token in _tokens)
        {
            if (await ContentAsync(token, cancellationToken).ConfigureAwait(false) is { } text)
            {
                Judge(token, text);
            }
        }
    }

    private (string Path, SettingReader Setting)? Read(SectionReader section, string key) =>
        section.Find(key) is { } setting && setting.TryRead(FilePath.Parse, out var path) ? (Path.GetFullPath(path, folder), setting) : null;

    private static async Task<string?> ContentAsync((string Path, SettingReader Setting) file, CancellationToken cancellationToken)
    {
        var content = await BoundedFile.ReadAsync(file.Path, MaximumBytes, cancellationToken).ConfigureAwait(false);
        if (content.TryGet(out var bytes, out var problem))
        {
            return Encoding.UTF8.GetString(bytes);
        }

        file.Setting.Error(problem);
        return null;
    }

    private void Judge(SettingReader certificateSetting, string certificatePem, (string Path, SettingReader Setting) key, string keyPem)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(certificatePem, keyPem);
            var (from, to, now) = (certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime(), time.GetUtcNow().UtcDateTime);
            if (now < from || now > to)
            {
                certificateSetting.Warn($"is valid from {from:u} to {to:u}, not now: others will refuse it");
            }
        }
        catch (CryptographicException)
        {
            certificateSetting.Error($"holds no PEM certificate that fits the PEM key in {KeyOf(key.Setting)} (encrypted keys are not supported)");
            return;
        }
        catch (ArgumentException)
        {
            key.Setting.Error($"is not the key of the certificate in {KeyOf(certificateSetting)}");
            return;
        }

        WarnIfPublic(key);
    }

    private static void Judge((string Path, SettingReader Setting) token, string text)
    {
        if (!BearerToken.Parse(text).TryGet(out _, out var problem))
        {
            token.Setting.Error($"{Quoted.Shorten(token.Path)} {problem}");
            return;
        }

        WarnIfPublic(token);
    }

    private static string KeyOf(SettingReader setting) => setting.Path[(setting.Path.LastIndexOf('.') + 1)..];

    private static void WarnIfPublic((string Path, SettingReader Setting) secret)
    {
        // The mode of a link is always 777.
        var file = File.ResolveLinkTarget(secret.Path, returnFinalTarget: true) ?? new FileInfo(secret.Path);
        if (file.UnixFileMode.HasFlag(UnixFileMode.OtherRead))
        {
            secret.Setting.Warn($"everyone on this host can read {Quoted.Shorten(secret.Path)}: chown root:apilb and chmod 640");
        }
    }
}
