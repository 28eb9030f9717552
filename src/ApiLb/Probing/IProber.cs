using System.Net;
using ApiLb.Backends;

namespace ApiLb.Probing;

/// <summary>
/// Checks one backend in the way its pool asks for. Used by one <see cref="ProbeLoop"/>, one check at a time; disposing closes
/// what it kept open.
/// </summary>
internal interface IProber : IAsyncDisposable
{
    /// <summary>Runs one check. What a network does every day comes back as a verdict, never as an exception.</summary>
    /// <param name="endPoint">Where the backend is now.</param>
    /// <param name="needsFresh">A new connection has failed a client: what was opened before cannot say that new ones are taken.</param>
    /// <param name="deadline">Cancelled when the check has to end; the verdict then says how far it came.</param>
    ValueTask<ProbeVerdict> ProbeAsync(EndPoint endPoint, bool needsFresh, CancellationToken deadline);

    /// <summary>What the last check showed beside health; may ask the backend once more, for half a second at most. Never fails.</summary>
    /// <returns>Null when there is nothing new.</returns>
    ValueTask<BackendFacts?> LearnAsync(CancellationToken stop) => ValueTask.FromResult<BackendFacts?>(null);
}
