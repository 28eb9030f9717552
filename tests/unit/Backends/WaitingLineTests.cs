using ApiLb.Backends;
using Xunit;

namespace ApiLb.UnitTests.Backends;

public sealed class WaitingLineTests
{
    private readonly WaitingLine _line = new(3);
    private readonly List<string> _called = [];

    [Fact]
    public void FreedPlaces_CallInOrder()
    {
        Join("abc");

        _line.CallNext();
        _line.CallNext();
        _line.CallNext();

        Assert.Equal(["a", "b", "c"], _called);
    }

    [Fact]
    public void EmptyLine_NobodyIsCalled()
    {
        _line.CallNext();

        Assert.Equal((0, 0), (_line.Length, _called.Count));
    }

    [Fact]
    public void FullLine_TurnsTheNextAwayUntilSomebodyLeaves()
    {
        var first = Join("abc")[0];

        Assert.False(_line.TryJoin(New("d")));
        _line.Leave(first);

        Assert.True(_line.TryJoin(New("e")));
        Assert.Equal(3, _line.Length);
    }

    [Fact]
    public void LineOfLengthZero_TurnsEverybodyAway()
    {
        Assert.False(new WaitingLine(0).TryJoin(New("a")));
    }

    [Fact]
    public void FirstToJoin_LooksOnceMoreBeforeItWaits()
    {
        var first = New("a");
        _line.TryJoin(first);

        Assert.False(_line.TryWait(first));
        Assert.True(_line.TryWait(first));
    }

    [Fact]
    public void JoinedBehindSomebody_WaitsForItsTurn()
    {
        Join("a");
        var second = New("b");
        _line.TryJoin(second);

        Assert.True(_line.TryWait(second));
    }

    [Fact]
    public void LeftBeforeItsTurn_IsNotCalledAndCallsNobody()
    {
        _line.Leave(Join("abc")[0]);
        Assert.Empty(_called);

        _line.CallNext();

        Assert.Equal(["b"], _called);
    }

    [Fact]
    public void LeftAfterItsTurn_HandsItOn()
    {
        var first = Join("abc")[0];
        _line.CallNext();

        _line.Leave(first);

        Assert.Equal(["a", "b"], _called);
    }

    [Fact]
    public void LeftTwice_CountsOnce()
    {
        var first = Join("abc")[0];
        _line.CallNext();

        _line.Leave(first);
        _line.Leave(first);

        Assert.Equal((2, "a b"), (_line.Length, string.Join(' ', _called)));
    }

    [Fact]
    public void FoundNothing_KeepsItsPlace()
    {
        var first = Join("ab")[0];
        _line.CallNext();

        Assert.True(_line.TryWait(first));
        _line.CallNext();

        Assert.Equal(["a", "a"], _called);
    }

    [Fact]
    public void PlaceFreedWhileEverybodyLooks_SomebodyLooksAgain()
    {
        var first = Join("ab")[0];
        _line.CallNext();
        _line.CallNext();

        _line.CallNext();

        Assert.False(_line.TryWait(first));
        Assert.True(_line.TryWait(first));
    }

    [Fact]
    public void TurnHandedOn_GoesToThoseBehindOnly()
    {
        var line = Join("abc");
        _line.CallNext();
        _line.CallNextBehind(line[0]);
        _line.TryWait(line[0]);

        _line.CallNextBehind(line[1]);
        _line.CallNextBehind(line[2]);

        Assert.Equal(["a", "b", "c"], _called);
    }

    private Waiter New(string name) => new(name, _called);

    /// <summary>Clients that have looked, found nothing, and wait.</summary>
    private List<Waiter> Join(string names)
    {
        List<Waiter> waiters = [.. names.Select(n => New(n.ToString()))];
        foreach (var waiter in waiters)
        {
            Assert.True(_line.TryJoin(waiter));
            while (!_line.TryWait(waiter))
            {
            }
        }

        return waiters;
    }
}
