using System.Globalization;
using System.Net;
using ApiLb.EndToEndTests.Network;
using ApiLb.EndToEndTests.Processes;

namespace ApiLb.EndToEndTests.VirtualAddress;

/// <summary>nginx on one host, which stands in for several apiservers: each of its addresses is one.</summary>
internal sealed class StandInApiServers : IAsyncDisposable
{
    private readonly LabDirectory _directory;
    private readonly LabHost _host;
    private readonly IReadOnlyList<IPEndPoint> _addresses;
    private readonly string _key;
    private LabProcess? _nginx;

    public StandInApiServers(LabDirectory directory, LabHost host, IReadOnlyList<IPEndPoint> addresses)
    {
        _directory = directory;
        _host = host;
        _addresses = addresses;
        var root = directory.RootOf(host.Name);
        Certificate = Path.Combine(root, "apiserver.crt");
        _key = Path.Combine(root, "apiserver.key");
    }

    /// <summary>The certificate of all, which is its own authority.</summary>
    public string Certificate { get; }

    /// <param name="others">The addresses of balancers, which the certificate must name too.</param>
    public async Task MakeCertificateAsync(IEnumerable<IPAddress> others)
    {
        var names = _addresses.Select(backend => backend.Address).Concat(others)
            .Select(address => string.Create(CultureInfo.InvariantCulture, $"IP:{address}"));
        await Command.RunAsync(
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=kube-apiserver",
            "-addext", "subjectAltName=" + string.Join(',', names), "-out", Certificate, "-keyout", _key);
    }

    public void Start()
    {
        if (_nginx is { IsRunning: true })
        {
            return;
        }

        var configuration = Path.Combine(_directory.RootOf(_host.Name), "nginx.conf");
        File.WriteAllText(configuration,
            $$"""
            daemon off;
            master_process off;
            pid {{configuration}}.pid;
            error_log stderr;
            events { }
            http {
                access_log off;
                ssl_certificate {{Certificate}};
                ssl_certificate_key {{_key}};
                server {
                    {{string.Join(' ', _addresses.Select(backend => $"listen {backend} ssl;"))}}
                    location / { return 200 ok; }
                }
            }

            """);
        _nginx = LabProcess.Start(_directory, _host, "nginx", ["nginx", "-c", configuration]);
    }

    public Task KillAsync() => _nginx!.KillAsync();

    public async ValueTask DisposeAsync()
    {
        if (_nginx is not null)
        {
            await _nginx.DisposeAsync();
        }
    }
}
