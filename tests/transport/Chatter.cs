using System.Diagnostics;
using System.Net.Sockets;

namespace ApiLb.TransportTests;

/// <summary>One side of a relay that says something again and again, and after a while nothing more.</summary>
internal static class Chatter
{
    private const int Attempts = 20;
    private const int WordsInATimeout = 20;

    /// <summary>
    /// Speaks for four timeouts on a relay that cuts after one of silence. A busy machine may keep this test from speaking for so long that
    /// the cut is right: then it begins again, on another relay.
    /// </summary>
    /// <param name="open">Opens a relay and says who speaks to whom.</param>
    /// <param name="timeout">Of the relay.</param>
    /// <returns>The relay, which was not cut while its side spoke; the caller disposes it.</returns>
    public static async Task<RelayedPair> SpeakAsync(Func<Task<(RelayedPair Pair, Peer Speaker, Peer Listener)>> open, TimeSpan timeout)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (pair, speaker, listener) = await open();
            var wasLate = false;
            var started = Stopwatch.GetTimestamp();
            var last = started;
            try
            {
                for (; Stopwatch.GetElapsedTime(started) < 4 * timeout; last = Stopwatch.GetTimestamp())
                {
                    await Task.Delay(timeout / WordsInATimeout, TimeProvider.System);
                    wasLate |= Stopwatch.GetElapsedTime(last) > timeout / 2;
                    await speaker.SendAsync(new byte[1]);
                    await listener.ReadAsync(1);
                    wasLate |= Stopwatch.GetElapsedTime(last) > timeout / 2;
                }

                if (!wasLate)
                {
                    return pair;
                }
            }
            catch (Exception e) when ((wasLate || Stopwatch.GetElapsedTime(last) > timeout / 2) && attempt < Attempts && e is SocketException or Xunit.Sdk.XunitException)
            {
                // Cut, and rightly so.
            }

            await pair.DisposeAsync();
            if (attempt == Attempts)
            {
                throw new TimeoutException($"this machine is too busy to say something every {timeout / 2}, in {Attempts} attempts");
            }
        }
    }
}
