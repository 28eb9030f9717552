using ApiLb.Transport;
using Xunit;

namespace ApiLb.TransportTests;

/// <summary>Whose event it is: slots, their generations, and when they come back.</summary>
public sealed class SlotTableTests
{
    private readonly SlotTable _slots = new();

    [Fact]
    public void Taken_IsFound()
    {
        var socket = Take();

        Assert.Same(socket, _slots.Find(socket.Token));
        Assert.True(socket.IsRegistered);
        Assert.False(SlotTable.IsListener(socket.Token, out _));
    }

    [Fact]
    public void Released_StaleTokenFindsNothing()
    {
        var socket = Take();

        _slots.Release(socket);

        Assert.Null(_slots.Find(socket.Token));
    }

    [Fact]
    public void ReleasedAndNotRecycled_SlotIsNotUsedAgain()
    {
        var first = Take();
        _slots.Release(first);

        Assert.NotEqual(first.Slot, Take().Slot);
    }

    [Fact]
    public void Recycled_SlotIsUsedAgainUnderAnotherToken()
    {
        var first = Take();
        _slots.Release(first);
        _slots.Recycle();

        var second = Take();

        Assert.Equal(first.Slot, second.Slot);
        Assert.NotEqual(first.Token, second.Token);
        Assert.Null(_slots.Find(first.Token));
        Assert.Same(second, _slots.Find(second.Token));
    }

    [Fact]
    public void Undone_SlotIsFreeAtOnce()
    {
        var first = Take();
        var slot = first.Slot;

        _slots.Undo(first);

        Assert.False(first.IsRegistered);
        Assert.Equal(slot, Take().Slot);
    }

    [Fact]
    public void ManyTaken_TableGrowsAndAllAreFound()
    {
        var sockets = Enumerable.Range(0, 10_000).Select(_ => Take()).ToArray();

        Assert.All(sockets, socket => Assert.Same(socket, _slots.Find(socket.Token)));
        Assert.Equal(sockets.Length, sockets.Select(socket => socket.Slot).Distinct().Count());
    }

    [Fact]
    public void TakenAndReleasedAtRandom_EveryTokenFindsItsOwnSocketOrNothing()
    {
        var random = new Random(7);
        List<ReactorSocket> live = [];
        List<ulong> stale = [];
        for (var i = 0; i < 20_000; i++)
        {
            if (live.Count == 0 || random.Next(100) < 55)
            {
                live.Add(Take());
                continue;
            }

            var index = random.Next(live.Count);
            stale.Add(live[index].Token);
            _slots.Release(live[index]);
            live.RemoveAt(index);
            if (random.Next(10) == 0)
            {
                _slots.Recycle();
            }
        }

        Assert.All(live, socket => Assert.Same(socket, _slots.Find(socket.Token)));
        Assert.All(stale, token => Assert.Null(_slots.Find(token)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(12345)]
    public void ListenerToken_SaysItsIndex(int index)
    {
        Assert.True(SlotTable.IsListener(SlotTable.ListenerToken(index), out var read));
        Assert.Equal(index, read);
    }

    private ReactorSocket Take()
    {
        var socket = new ReactorSocket(fd: -1, reactor: null!);
        _slots.Take(socket);
        return socket;
    }
}
