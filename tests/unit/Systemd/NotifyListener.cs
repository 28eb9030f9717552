using System.Net.Sockets;
using System.Text;
using ApiLb.Systemd;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ApiLb.UnitTests.Systemd;

/// <summary>Plays systemd: receives datagrams on a real unix socket.</summary>
internal sealed class NotifyListener : IDisposable
{
    /// <summary>Of the tests that set NOTIFY_SOCKET: the environment belongs to the process, so they must not run side by side.</summary>
    public const string Collection = "NOTIFY_SOCKET";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private readonly DirectoryInfo? _directory;
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    public NotifyListener(bool isAbstract = false)
    {
        _directory = isAbstract ? null : Directory.CreateTempSubdirectory("apilb");
        Address = _directory is null ? $"@apilb-{Guid.NewGuid()}" : Path.Combine(_directory.FullName, "notify");
        _socket.Bind(new UnixDomainSocketEndPoint(_directory is null ? '\0' + Address[1..] : Address));
    }

    public string Address { get; }

    public bool HasMessage => _socket.Available > 0;

    public static SystemdNotifier NewNotifier(string? address, ILogger<SystemdNotifier>? logger = null)
    {
        Environment.SetEnvironmentVariable("NOTIFY_SOCKET", address);
        return SystemdNotifier.FromEnvironment(TimeProvider.System, logger ?? NullLogger<SystemdNotifier>.Instance);
    }

    public SystemdNotifier NewNotifier() => NewNotifier(Address);

    public async Task<string> ReceiveAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        var buffer = new byte[4096];
        var length = await _socket.ReceiveAsync(buffer, deadline.Token);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    public void Dispose()
    {
        _socket.Dispose();
        _directory?.Delete(recursive: true);
    }
}
