using System.Net;

namespace ApiLb.Probing;

/// <summary>
/// Checks one backend in the way its pool asks for. Used by one <see cref="ProbeLoop"/>, one check at a time; disposing closes
/// what it kept open.
/// </summary>
internal interface IProber : IAsyncDisposable
{
    /// <summary>Runs one check. What a network does every day comes back as a verdict, never as an exception.</summary>
    /// <param name="endPoint">Where the backend is now.</param>
    /// <param name="deadline">Cancelled when the check has to end; the verdict then says how far it came.</param>
    ValueTask<ProbeVerdict> ProbeAsync(EndPoint endPoint, CancellationToken deadline);
}
