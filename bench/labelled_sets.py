"""58 labelled sets like those that clustering methods are compared on: shapes after the collections of Ultsch (FCPS), Graves &
Pedrycz, Sieranoja & Franti (SIPU), Gagolewski (WUT) and Karypis, made here from formulas, and four of scikit-learn's."""
import numpy
from sklearn import datasets


def ring(random, count, radius, width, centre=(0, 0)):
    angle = random.uniform(0, 2 * numpy.pi, count)
    distance = radius + random.uniform(-width, width, count)
    return numpy.column_stack([numpy.cos(angle), numpy.sin(angle)]) * distance[:, None] + centre


def disc(random, count, radius, centre=(0, 0)):
    angle = random.uniform(0, 2 * numpy.pi, count)
    return numpy.column_stack([numpy.cos(angle), numpy.sin(angle)]) * (radius * random.uniform(0, 1, count) ** .5)[:, None] + centre


def box(random, count, low, high):
    return random.uniform(low, high, (count, len(low)))


def ball(random, count, radius, columns=3):
    ways = random.normal(size=(count, columns))
    return ways / numpy.linalg.norm(ways, axis=1)[:, None] * (radius * random.uniform(0, 1, count) ** (1 / columns))[:, None]


def sphere(random, count, radius, width):
    ways = random.normal(size=(count, 3))
    return ways / numpy.linalg.norm(ways, axis=1)[:, None] * (radius + random.normal(size=(count, 1)) * width)


def cloud(random, count, centre, spread):
    return random.normal(size=(count, len(centre))) * spread + centre


def along(random, path, count, width):
    """Points near a curve: `path` of 0 ... 1 gives [count x 2]."""
    return path(random.uniform(0, 1, count)) + random.normal(size=(count, 2)) * width


def joined(*groups):
    return numpy.concatenate(groups), numpy.repeat(range(len(groups)), [len(group) for group in groups])


def random_centres(random, count, columns, apart, size):
    centres = []
    while len(centres) < count:
        one = random.uniform(0, size, columns)
        if all(numpy.linalg.norm(one - other) > apart for other in centres):
            centres.append(one)
    return numpy.array(centres)


def round_groups(seed, count, rows, spread, apart, size=10., columns=2, scatter=0.):
    random = numpy.random.default_rng(seed)
    centres = random_centres(random, count, columns, apart, size)
    groups = [cloud(random, rows, centre, spread * random.uniform(.8, 1.2)) for centre in centres]
    if scatter:
        groups.append(box(random, int(scatter * rows * count), [0] * columns, [size] * columns))
    return joined(*groups)


def curve(x, y):
    """A path for along()."""
    return lambda t: numpy.column_stack([x(t), y(t)])


def spiral(turn):
    return lambda t: numpy.column_stack([numpy.cos(3 * numpy.pi * t + turn), numpy.sin(3 * numpy.pi * t + turn)]) * (1 + 6 * t)[:, None]


def sets():
    """Name, rows and labels of each."""
    yield from fundamental()
    yield from graves()
    yield from shapes()
    yield from round_ones()
    yield from irregular()
    yield from of_scikit_learn()


def fundamental():
    g = numpy.random.default_rng(1)
    eye = numpy.eye(3)
    yield "hepta", *joined(*[cloud(g, 30, c, .35) for c in (*(3 * eye), *(-3 * eye), numpy.zeros(3))])
    a, b, flat = ring(g, 500, 1, .1), ring(g, 500, 1, .1), g.uniform(-.1, .1, (2, 500))
    yield "chainlink", *joined(numpy.column_stack([a, flat[0]]), numpy.column_stack([b[:, 0] + 1, flat[1], b[:, 1]]))
    yield "tetra", *joined(*[ball(g, 100, 1.2) + c for c in ((1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1))])
    yield "lsun", *joined(box(g, 200, (0, 0), (1, 4)), box(g, 100, (1.4, 0), (4.5, 1)), disc(g, 100, .8, (3, 3)))
    turned = numpy.array([(1, 1), (-1, 1)]) / 2 ** .5
    yield "two diamonds", *joined(*[box(g, 400, (-.7, -.7), (.7, .7)) @ turned + (x, 0) for x in (-1, 1)])
    yield "wing nut", *joined(numpy.column_stack([g.beta(1, 3, 500) * 3, g.uniform(0, 1, 500)]),
                              numpy.column_stack([3 - g.beta(1, 3, 500) * 3, 1.15 + g.uniform(0, 1, 500)]))
    corners = ((3, 3), (3, -3), (-3, 3), (-3, -3))
    yield "target", *joined(disc(g, 365, .6), ring(g, 395, 2.4, .3), *[cloud(g, 4, c, .05) for c in corners])
    yield "energy time", *joined(g.multivariate_normal((0, 0), ((1, 0), (0, 1)), 1500),
                                 g.multivariate_normal((2.8, 2.8), ((1, .3), (.3, .5)), 1500))
    yield "atom", *joined(ball(g, 400, 10), sphere(g, 400, 45, 2))


def graves():
    g = numpy.random.default_rng(2)
    yield "ring", *joined(disc(g, 300, 1), ring(g, 700, 3, .4))
    yield "ring with outliers", *joined(disc(g, 300, 1), ring(g, 700, 3, .4), cloud(g, 15, (6, 6), .3), cloud(g, 15, (-6, 6), .3))
    yield "parabolic", *joined(along(g, curve(lambda t: 4 * t - 2, lambda t: (4 * t - 2) ** 2), 500, .25),
                               along(g, curve(lambda t: 4 * t, lambda t: 4.5 - (4 * t - 2) ** 2), 500, .25))
    zigzag = [along(g, curve(lambda t, i=i: i + t * .6, lambda t, i=i: 4 * abs(t - .5) + i % 2), 80, .05) for i in range(3)]
    bars = [along(g, curve(lambda t, i=i: i * 1.2 + t * .5, lambda t: -2 - t), 60, .05) for i in range(2)]
    yield "zigzag", *joined(*zigzag, *bars)
    yield "line and cloud", *joined(along(g, curve(lambda t: t * 0, lambda t: 6 * t), 100, .05), cloud(g, 150, (2.5, 3), .7))
    yield "dense and sparse", *joined(cloud(g, 150, (0, 0), 1.), cloud(g, 100, (3.5, 0), .2))
    yield "fuzzy x", *joined(along(g, curve(lambda t: 4 * t - 2, lambda t: 4 * t - 2), 500, .15),
                             along(g, curve(lambda t: 4 * t - 2, lambda t: 2 - 4 * t), 500, .15))


def shapes():
    g = numpy.random.default_rng(3)
    yield "four circles", *joined(*[ring(g, 600, radius, .1) for radius in (1, 2, 3, 4)])
    yield "olympic", *joined(*[ring(g, 500, 1, .06, c) for c in ((0, 0), (2.4, 0), (4.8, 0), (1.2, -1), (3.6, -1))])
    mouth = along(g, curve(lambda t: 4 * t - 2, lambda t: -1.8 + (2 * t - 1) ** 2 * .9), 120, .08)
    yield "smile", *joined(ring(g, 400, 4, .15), disc(g, 60, .4, (-1.5, 1.2)), disc(g, 60, .4, (1.5, 1.2)), mouth)
    yield "three spirals", *joined(*[along(g, spiral(2 * numpy.pi * i / 3), 110, .12) for i in range(3)])
    yield "two spirals", *joined(*[along(g, spiral(numpy.pi * i), 500, .15) for i in range(2)])
    yield "stripes", *joined(*[box(g, 400, (0, i * 1.3), (8, i * 1.3 + .7)) for i in range(3)])
    yield "trajectories", *joined(*[along(g, curve(lambda t: 10 * t, lambda t, i=i: numpy.sin(3 * t + i) + i * 1.5), 1000, .1)
                                    for i in range(4)])
    panes = [box(g, 200, (x, y), (x + 1, y + 1)) for x in (0, 1.25) for y in (0, 1.25)]
    yield "window", *joined(*panes, ring(g, 600, 3, .15, (1.1, 1.1)))
    yield "two splashes", *joined(cloud(g, 200, (0, 0), (1.5, .4)), cloud(g, 200, (4, 1.5), (.4, 1.2)))
    yield "trapped lovers", *joined(ring(g, 3000, 6, .3), disc(g, 600, 1, (-2, 0)), disc(g, 600, 1, (2, 0)))
    yield "three clouds", *joined(*[cloud(g, 100, c, .7) for c in ((0, 0), (3, 0), (1.5, 3))])
    yield "nested", *joined(cloud(g, 500, (0, 0, 0), .5), sphere(g, 500, 4, .2))
    cross = numpy.concatenate([box(g, 300, (-3, -.3), (3, .3)), box(g, 300, (-.3, -3), (.3, 3))])
    yield "cross and isles", *joined(cross, *[disc(g, 120, .5, c) for c in ((2, 2), (-2, 2), (2, -2), (-2, -2))])


def round_ones():
    yield "a1: 20 round", *round_groups(30, 20, 150, .38, 1.9, 12)
    yield "a2: 35 round", *round_groups(31, 35, 150, .38, 1.9, 16)
    yield "a3: 50 round", *round_groups(32, 50, 150, .38, 1.9, 19)
    for seed, name, spread, apart in ((33, "s1: 15 apart", .3, 2), (34, "s2: 15 near", .45, 1.9), (35, "s3: 15 touching", .6, 1.8),
                                      (36, "s4: 15 overlapping", .75, 1.8)):
        yield name, *round_groups(seed, 15, 330, spread, apart)
    g = numpy.random.default_rng(4)
    yield "unbalance", *joined(*[cloud(g, 2000, c, .5) for c in ((0, 0), (3, 4), (6, 0))],
                               *[cloud(g, 100, c, 1) for c in ((20, 0), (20, 6), (26, 0), (26, 6), (32, 3))])
    turns = numpy.arange(7) * 2 * numpy.pi / 7
    places = [(radius * numpy.cos(turn), radius * numpy.sin(turn)) for radius in (2.4, 6) for turn in turns]
    yield "r15", *joined(cloud(g, 40, (0, 0), .35), *[cloud(g, 40, place, .35) for place in places])
    yield "d31", *round_groups(44, 31, 100, .55, 2.4, 16)
    yield "columns 8", *round_groups(46, 10, 200, .9, 4, 10, 8)
    yield "columns 16", *round_groups(47, 8, 250, 1.6, 5, 10, 16)
    yield "columns 32", *round_groups(48, 16, 64, 1., 6, 10, 32)
    yield "groups in noise", *round_groups(50, 6, 300, .35, 2.5, 10, 2, .3)


def irregular():
    g = numpy.random.default_rng(5)
    yield "aggregation", *joined(disc(g, 170, 3, (0, 0)), disc(g, 34, 1.3, (4.6, -1.5)), disc(g, 273, 4, (14, 0)),
                                 disc(g, 102, 2.4, (14, 9)), disc(g, 130, 2.6, (1, 10)), disc(g, 45, 1.6, (6, 6.6)),
                                 disc(g, 34, 1.2, (19, 6)))
    yield "compound", *joined(cloud(g, 50, (0, 6), .5), cloud(g, 92, (3, 6), .5), disc(g, 38, .7, (1, 0)),
                              ring(g, 158, 2, .2, (1, 0)), cloud(g, 45, (8, 3), .35), box(g, 50, (6, 0), (10, 6)))
    yield "flame", *joined(along(g, curve(lambda t: 6 * t - 3, lambda t: 2 - (6 * t - 3) ** 2 * .35), 87, .35),
                           disc(g, 153, 1.6, (0, -1.6)))
    above = curve(lambda t: 5 * numpy.cos(numpy.pi * t), lambda t: 4 * numpy.sin(numpy.pi * t))
    below = curve(lambda t: 5 + 5 * numpy.cos(numpy.pi * t), lambda t: 2 - 4 * numpy.sin(numpy.pi * t))
    yield "jain", *joined(along(g, above, 97, .35), along(g, below, 276, .35))
    bow = curve(lambda t: 5 * numpy.cos(numpy.pi * (1.5 * t - .25)), lambda t: 5 * numpy.sin(numpy.pi * (1.5 * t - .25)))
    yield "path based", *joined(along(g, bow, 110, .35), cloud(g, 97, (-1.7, 0), .8), cloud(g, 93, (1.9, 0), .8))
    worms = [(g.uniform(0, 40, 2), g.uniform(0, 6)) for _ in range(25)]
    yield "worms", *joined(*[along(g, curve(lambda t, o=o: o[0] + 6 * t, lambda t, o=o, w=w: o[1] + numpy.sin(5 * t + w)), 120, .25)
                             for o, w in worms])
    wave = along(g, curve(lambda t: 13 + 5 * t, lambda t: 4 + numpy.sin(6 * t)), 900, .15)
    yield "chameleon", *joined(box(g, 1200, (0, 0), (6, 1)), ring(g, 1000, 2, .3, (10, 1)), box(g, 900, (2, 2.2), (3, 6)),
                               disc(g, 900, 1.2, (6, 5)), wave, box(g, 500, (-1, -2), (19, 7)))


def of_scikit_learn():
    yield "moons", *datasets.make_moons(1000, noise=.07, random_state=1)
    yield "circles", *datasets.make_circles(1000, noise=.05, factor=.5, random_state=1)
    rows, labels = datasets.make_blobs(900, centers=3, random_state=170)
    yield "tilted", rows @ numpy.array([(.6, -.6), (-.4, .8)]), labels
    yield "spreads", *datasets.make_blobs(900, centers=3, cluster_std=(1, 2.5, .5), random_state=170)
    for name in ("iris", "wine", "breast_cancer", "digits"):
        rows, labels = getattr(datasets, f"load_{name}")(return_X_y=True)
        rows = rows[:, numpy.ptp(rows, axis=0) > 0]
        yield name, rows if name == "digits" else (rows - rows.mean(axis=0)) / rows.std(axis=0), labels
