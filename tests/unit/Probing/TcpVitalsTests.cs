using ApiLb.Probing;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ApiLb.UnitTests.Probing;

public sealed class TcpVitalsTests
{
    [Fact]
    public void Structure_IsReadWhereTheKernelWritesIt()
    {
        var raw = new byte[104];
        raw[2] = 3;
        raw[3] = 1;
        BitConverter.TryWriteBytes(raw.AsSpan(24), 2u);
        BitConverter.TryWriteBytes(raw.AsSpan(56), 1_500u);
        BitConverter.TryWriteBytes(raw.AsSpan(68), 250u);

        Assert.Equal(new TcpVitals(2, TimeSpan.FromSeconds(1.5), TimeSpan.FromMicroseconds(250), 3, 1), TcpVitals.Parse(raw));
    }

    [Theory]
    [InlineData(1, 500, 500, 1, true)]
    [InlineData(0, 60_000, 60_000, 1, false)]
    [InlineData(1, 499, 60_000, 1, false)]
    [InlineData(1, 60_000, 499, 1, false)]
    [InlineData(1, 700, 700, 200, false)]
    [InlineData(1, 800, 800, 200, true)]
    public void Silence_IsHalfASecondOrFourRoundTripsWithoutAnAcknowledgement(
        uint unacknowledged, int sinceAck, int sinceSent, int roundTrip, bool isSilence)
    {
        TcpVitals vitals = new(unacknowledged, TimeSpan.FromMilliseconds(sinceAck), TimeSpan.FromMilliseconds(roundTrip), 0, 0);

        Assert.Equal(isSilence, AckWatch.IsSilence(vitals, TimeSpan.FromMilliseconds(sinceSent)));
    }

    [Theory]
    [InlineData(1, 1500, 1500, true)]
    [InlineData(1, 1499, 60_000, false)]
    [InlineData(1, 60_000, 499, false)]
    [InlineData(0, 60_000, 60_000, false)]
    public void UnansweredKeepalive_IsSilenceHalfASecondAfterIt(int keepalives, int sinceAck, int sinceSent, bool isSilence)
    {
        TcpVitals vitals = new(0, TimeSpan.FromMilliseconds(sinceAck), TimeSpan.FromMilliseconds(1), 0, keepalives);

        Assert.Equal(isSilence, AckWatch.IsSilence(vitals, TimeSpan.FromMilliseconds(sinceSent)));
    }

    [Fact]
    public void AnyBytes_NeverThrow() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), Gen.Choose(0, 120).ToArbitrary(), (bytes, zeros) =>
        {
            byte[] raw = [.. bytes, .. new byte[zeros]];
            return TcpVitals.Parse(raw) is { } vitals ? !AckWatch.IsSilence(vitals, TimeSpan.Zero) : raw.Length < 72;
        }).QuickCheckThrowOnFailure();
}
