using ApiLb.Transport;
using Xunit;

namespace ApiLb.TransportTests;

public sealed class ListenerTableTests
{
    private readonly ListenerTable _table = new();

    [Fact]
    public void ListenersThatComeAndGo_UseTheSamePlace()
    {
        for (var i = 0; i < 1000; i++)
        {
            Silent listener = new();
            Assert.Equal(0, _table.Add(listener));
            _table.Remove(listener);
        }

        Assert.Equal(1, _table.Size);
    }

    [Fact]
    public void Listener_IsFoundAtItsPlaceUntilItGoes()
    {
        Silent one = new();
        Silent other = new();
        var places = (_table.Add(one), _table.Add(other));

        _table.Remove(one);

        Assert.Null(_table.Find(places.Item1));
        Assert.Same(other, _table.Find(places.Item2));
    }

    private sealed class Silent : IListenerSocket
    {
        public void OnAcceptable(Reactor reactor)
        {
        }
    }
}
