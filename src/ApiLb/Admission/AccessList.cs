using System.Net;
using ApiLb.Transport;

namespace ApiLb.Admission;

/// <summary>
/// Who may connect, by address: deny wins, and a list of allowed networks keeps everybody else out. Clients of a unix socket
/// have no address; the socket's file mode decides about them. Immutable.
/// </summary>
internal sealed class AccessList(IReadOnlyList<IPNetwork> allow, IReadOnlyList<IPNetwork> deny)
{
    private readonly CidrSet _allowed = new(allow);
    private readonly CidrSet _denied = new(deny);

    public bool Admits(in ClientAddress client) =>
        client.IsUnix || ((_allowed.IsEmpty || _allowed.Contains(client)) && !_denied.Contains(client));
}
