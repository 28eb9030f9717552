using ApiLb.Backends;

namespace ApiLb.UnitTests.Backends;

/// <summary>A client of a line that writes down whom it calls.</summary>
internal sealed class Waiter(string name, List<string> called) : WaitingClient
{
    protected internal override void Call() => called.Add(name);
}
