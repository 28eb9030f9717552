using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using ApiLb.Benchmarks.SideBySide.Backends;
using ApiLb.Benchmarks.SideBySide.Processes;

namespace ApiLb.Benchmarks.SideBySide.Clients;

/// <summary>Asks a new process once per millisecond until it gives its first HTTP answer.</summary>
internal static class FirstAnswer
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    public static async Task WaitAsync(IPEndPoint endPoint, X509Certificate2? certificate, ChildProcess process, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Deadline);
        var buffer = new byte[8192];
        try
        {
            while (!await AnswersAsync(endPoint, certificate, buffer, deadline.Token))
            {
                if (process.HasExited)
                {
                    throw new MeasurementFailedException($"The process ended before it answered. Its last lines:\n{process.LastOutput}");
                }

                await Task.Delay(PollInterval, TimeProvider.System, deadline.Token);
            }
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new MeasurementFailedException($"No answer within {Deadline}. The last lines of the process:\n{process.LastOutput}", late);
        }
    }

    private static async Task<bool> AnswersAsync(IPEndPoint endPoint, X509Certificate2? certificate, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await HttpConnection.ConnectAsync(endPoint, certificate, cancellationToken);
            await connection.GetAsync(NginxBackends.SmallPath, buffer, cancellationToken);
            return true;
        }
        catch (Exception refused) when (refused is SocketException or IOException or AuthenticationException)
        {
            return false;
        }
    }
}
