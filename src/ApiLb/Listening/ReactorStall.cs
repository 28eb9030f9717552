using System.Runtime.InteropServices;
using ApiLb.Transport;

namespace ApiLb.Listening;

/// <summary>
/// For tests of the watchdog: with <c>APILB_DEBUG_STALL=1</c> in the environment, SIGUSR1 (10 on x86 and ARM, signal(7)) stops every
/// reactor for good while the rest of the process lives on. Without it there is no such hook.
/// </summary>
internal static class ReactorStall
{
    private const int UserSignal = 10;

    /// <returns>Null when nobody asked for it; dispose it with the daemon.</returns>
    public static IDisposable? FromEnvironment(TcpTransport transport) =>
        Environment.GetEnvironmentVariable("APILB_DEBUG_STALL") == "1"
            ? PosixSignalRegistration.Create((PosixSignal)UserSignal, context =>
            {
                context.Cancel = true;
                foreach (var reactor in transport.Reactors)
                {
                    reactor.Post(new Obstacle());
                }
            })
            : null;

    private sealed class Obstacle : IReactorWork
    {
        public void Run()
        {
            using var never = new ManualResetEventSlim();
            never.Wait();
        }
    }
}
